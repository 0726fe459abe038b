import { useMemo } from 'react';
import { currentLang, useSettings, type Lang } from './settings';

/** The same thing in Chinese and in English: a text, or a function of what stands in it. */
export type Pair<T = string> = readonly [zh: T, en: T];

type AnyText = Pair | Pair<(...values: never[]) => string>;
type Dictionary = Readonly<Record<string, AnyText>>;
type Spoken<D extends Dictionary> = { readonly [K in keyof D]: D[K][0] extends string ? string : D[K][0] };

/** Declares the texts of a screen; every one in both languages, which the compiler sees to. */
export const texts = <D extends Dictionary>(dictionary: D): D => dictionary;

const spoken = new WeakMap<Dictionary, Map<Lang, Spoken<Dictionary>>>();

function speak<D extends Dictionary>(dictionary: D, lang: Lang): Spoken<D> {
  let byLang = spoken.get(dictionary);
  if (!byLang) spoken.set(dictionary, (byLang = new Map()));
  let one = byLang.get(lang);
  if (!one) {
    one = Object.fromEntries(Object.entries(dictionary).map(([key, pair]) => [key, pair[lang === 'en' ? 1 : 0]])) as Spoken<Dictionary>;
    byLang.set(lang, one);
  }
  return one as Spoken<D>;
}

/** The texts in the language that is chosen. */
export function useTexts<D extends Dictionary>(dictionary: D): Spoken<D> {
  const { lang } = useSettings();
  return useMemo(() => speak(dictionary, lang), [dictionary, lang]);
}

/** The same outside of components. */
export const textsNow = <D extends Dictionary>(dictionary: D) => speak(dictionary, currentLang());

/** One text of a pair. */
export function usePair() {
  const { lang } = useSettings();
  return (pair: Pair) => pair[lang === 'en' ? 1 : 0];
}
