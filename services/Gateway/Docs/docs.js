// Shows /openapi.json. Text goes in as text, never as markup, and nothing is fetched from elsewhere.
'use strict';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

function resolve(api, schema) {
  const step = (from, name) => from?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
  return schema?.$ref ? schema.$ref.slice(2).split('/').reduce(step, api) : schema;
}

function typeName(schema) {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.type === 'array') return `${typeName(schema.items)}[]`;
  if (schema.allOf?.length === 1) return typeName(schema.allOf[0]);
  const types = [schema.type ?? 'object'].flat().join(' | ');
  return schema.format ? `${types} (${schema.format})` : types;
}

function limits(schema, required) {
  const said = [];
  if (required) said.push('必填 / required');
  if (schema.readOnly) said.push('只读 / output only');
  if (schema.writeOnly) said.push('只写 / input only');
  if (schema.maxLength) said.push(`≤ ${schema.maxLength}`);
  if (schema.pattern) said.push(schema.pattern);
  return said.join(' · ');
}

function row(name, schema, description, required) {
  const values = schema?.enum ? element('div', 'soft', schema.enum.join(', ')) : '';
  return element('tr', '', element('td', '', element('code', '', name)), element('td', 'soft', typeName(schema)),
    element('td', '', description ?? '', element('div', 'soft', limits(schema ?? {}, required)), values));
}

// Fields of a schema; a nested message unfolds where it is used, once for each level that the reader opens.
function fields(api, schema) {
  const message = resolve(api, schema?.type === 'array' ? schema.items : schema?.allOf?.length === 1 ? schema.allOf[0] : schema);
  if (!message?.properties) return element('p', 'soft', typeName(schema));
  const table = element('table', '');
  for (const [name, field] of Object.entries(message.properties)) {
    table.append(row(name, field, field.description ?? resolve(api, field)?.description, message.required?.includes(name)));
    const inner = resolve(api, field.type === 'array' ? field.items : field.allOf?.length === 1 ? field.allOf[0] : field);
    if (inner?.properties) table.append(element('tr', '', element('td', ''), unfold(api, inner, typeName(field))));
  }
  return table;
}

function unfold(api, schema, name) {
  const details = element('details', '', element('summary', '', element('code', '', name)));
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(element('div', '', fields(api, schema)));
  });
  const cell = element('td', '', details);
  cell.colSpan = 2;
  return cell;
}

function body(api, title, content) {
  return Object.entries(content ?? {}).flatMap(([type, media]) => [
    element('h4', '', `${title} · ${type} · ${typeName(media.schema)}`),
    fields(api, media.schema),
  ]);
}

function operation(api, path, method, op, shared) {
  const details = element('details', '', element('summary', '',
    element('span', `method ${method}`, method.toUpperCase()), element('code', '', path), element('span', 'soft', op.summary ?? op.description?.split('\n')[0] ?? '')));
  details.dataset.text = [method, path, op.operationId, op.summary, op.description].join(' ').toLowerCase();
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    const inner = element('div', '', element('p', '', op.description ?? ''));
    const parameters = [...(shared ?? []), ...(op.parameters ?? [])].map((each) => resolve(api, each));
    if (parameters.length > 0) {
      inner.append(element('h4', '', '参数 / Parameters'),
        element('table', '', ...parameters.map((each) => row(`${each.name} (${each.in})`, each.schema, each.description, each.required))));
    }
    inner.append(...body(api, '内容 / Body', resolve(api, op.requestBody)?.content));
    for (const [status, answer] of Object.entries(op.responses ?? {})) {
      const reply = resolve(api, answer);
      inner.append(...body(api, `${status} ${reply?.description ?? ''}`, status === 'default' || status >= '400' ? {} : reply?.content));
    }
    details.append(inner);
  });
  return details;
}

function show(api) {
  const main = document.getElementById('operations');
  const contents = document.getElementById('contents');
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths ?? {})) {
    for (const method of methods.filter((each) => item[each])) {
      const tag = item[method].tags?.[0] ?? '';
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(api, path, method, item[method], item.parameters));
    }
  }
  const about = new Map((api.tags ?? []).map((tag) => [tag.name, tag.description]));
  main.replaceChildren(element('p', '', api.info?.description ?? ''));
  contents.replaceChildren();
  for (const [tag, operations] of groups) {
    const section = element('section', '', element('h2', '', tag), element('p', 'soft', about.get(tag) ?? ''), ...operations);
    section.id = `tag-${tag}`;
    main.append(section);
    const link = element('a', '', tag);
    link.href = `#tag-${encodeURIComponent(tag)}`;
    contents.append(link);
  }
}

function search(words) {
  for (const section of document.querySelectorAll('section')) {
    let found = 0;
    for (const details of section.querySelectorAll(':scope > details')) {
      details.hidden = !words.every((word) => details.dataset.text.includes(word));
      if (!details.hidden) found += 1;
    }
    section.hidden = found === 0;
  }
}

document.getElementById('search').addEventListener('input', (event) => search(event.target.value.toLowerCase().split(/\s+/).filter(Boolean)));
fetch('/openapi.json')
  .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`${answer.status}`))))
  .then(show)
  .catch((error) => document.getElementById('operations').replaceChildren(element('p', '', `无法读取 /openapi.json：${error.message}`)));
