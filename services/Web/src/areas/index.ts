import type { Area } from '../kit/area';
import { administration } from './administration';
import { agreements } from './agreements';
import { network } from './network';
import { operations } from './operations';
import { plans } from './plans';
import { tickets } from './tickets';
import { today } from './today';
import { training } from './training';

/** Every part of the console, in the order of the menu. */
export const areas: readonly Area[] = [today, network, agreements, training, tickets, plans, administration, operations];
