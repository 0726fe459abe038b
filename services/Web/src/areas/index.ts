import type { Area } from '../kit/area';
import { network } from './network';
import { today } from './today';

/** Every part of the console, in the order of the menu. */
export const areas: readonly Area[] = [today, network];
