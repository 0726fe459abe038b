import type { ComponentType } from 'react';
import type { Pair } from './texts';

/** A screen: where it is, who may see it, and what is loaded for it when somebody goes there. */
export interface Screen {
  /** As react-router writes it: "/partners/:partner". */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Its place in the menu; a screen without one is reached from another. */
  menu?: { title: Pair; icon: ComponentType<{ 'aria-hidden'?: boolean }> };
  /** Without it, the screen says so and the menu does not offer it. */
  permission?: string;
}

/** A part of the console: a heading in the menu and the screens below it. */
export interface Area {
  title?: Pair;
  screens: readonly Screen[];
}
