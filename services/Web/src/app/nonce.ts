// The content-security policy lets no style sheet in that does not carry the page's nonce. Ant Design and what it stands on make
// theirs while running, in several places of which only some can be told the nonce: so each carries it from the start.
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

const create = document.createElement.bind(document);
document.createElement = ((tag: string, options?: ElementCreationOptions) => {
  const element = create(tag, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
}) as typeof document.createElement;
