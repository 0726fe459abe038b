import type { Schemas } from '../api/client';
import { Tag, type Tone } from './page';
import { useSettings } from './settings';

/** What the values of an enumeration of the API are called, and how they stand out. The compiler asks for each of them. */
export type Words<E extends string> = Readonly<Record<E, readonly [zh: string, en: string, tone?: Tone]>>;
export type Enum<K extends keyof Schemas> = Extract<Schemas[K], string>;

/** Says a value; what is not known (from a newer server) as it is, and nothing as a dash. */
export function useWord() {
  const { lang } = useSettings();
  return <E extends string>(words: Words<E>, value: string | undefined) => (value === undefined || value.endsWith('_UNSPECIFIED') ? '–' : (words[value as E]?.[lang === 'en' ? 1 : 0] ?? value));
}

export function StateTag<E extends string>({ of, value }: { of: Words<E>; value: string | undefined }) {
  const say = useWord();
  return <Tag tone={of[value as E]?.[2] ?? 'plain'}>{say(of, value)}</Tag>;
}

/** The values as choices of a select. */
export function useChoices() {
  const { lang } = useSettings();
  return <E extends string>(words: Words<E>) =>
    (Object.entries(words) as [E, Words<E>[E]][]).filter(([value]) => !value.endsWith('_UNSPECIFIED')).map(([value, word]) => ({ value, label: word[lang === 'en' ? 1 : 0] }));
}
