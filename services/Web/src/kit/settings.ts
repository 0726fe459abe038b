import { useSyncExternalStore } from 'react';

export type Lang = 'zh-CN' | 'en';
export type Theme = 'light' | 'dark' | 'system';

/** What a person chose for this browser. */
export interface Settings {
  lang: Lang;
  theme: Theme;
}

const KEY = 'qudao.settings';
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

let settings: Settings = read();

function read(): Settings {
  const defaults: Settings = { lang: 'zh-CN', theme: 'system' };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return defaults;
  }
}

export const isDark = (theme: Theme) => theme === 'dark' || (theme === 'system' && dark.matches);

/** Puts the choice where style sheets, screen readers and the browser itself see it. */
export function applySettings() {
  document.documentElement.lang = settings.lang;
  document.documentElement.dataset.theme = isDark(settings.theme) ? 'dark' : 'light';
}

export function changeSettings(change: Partial<Settings>) {
  settings = { ...settings, ...change };
  localStorage.setItem(KEY, JSON.stringify(settings));
  applySettings();
  listeners.forEach(listener => listener());
}

export const currentLang = () => settings.lang;

function subscribe(listener: () => void) {
  const systemChanged = () => {
    settings = { ...settings };
    applySettings();
    listener();
  };
  listeners.add(listener);
  dark.addEventListener('change', systemChanged);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener('change', systemChanged);
  };
}

export const useSettings = () => useSyncExternalStore(subscribe, () => settings);
