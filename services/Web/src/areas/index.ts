import type { Area } from '../kit/area';
import { agreements } from './agreements';
import { network } from './network';
import { obligations } from './obligations';
import { sales } from './sales';
import { tickets } from './tickets';
import { today } from './today';
import { visits } from './visits';

/** Every part of the console, in the order of the menu. */
export const areas: readonly Area[] = [today, network, visits, agreements, sales, tickets, obligations];
