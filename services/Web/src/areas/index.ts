import type { Area } from '../kit/area';
import { agreements } from './agreements';
import { network } from './network';
import { tickets } from './tickets';
import { today } from './today';
import { visits } from './visits';

/** Every part of the console, in the order of the menu. */
export const areas: readonly Area[] = [today, network, visits, agreements, tickets];
