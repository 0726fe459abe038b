import type { Area } from '../kit/area';
import { account } from './account';
import { administration } from './administration';
import { agreements } from './agreements';
import { evaluation } from './evaluation';
import { money } from './money';
import { network } from './network';
import { notifications } from './notifications';
import { obligations } from './obligations';
import { operations } from './operations';
import { plans } from './plans';
import { reports } from './reports';
import { sales } from './sales';
import { tickets } from './tickets';
import { today } from './today';
import { training } from './training';
import { visits } from './visits';

/** Every part of the console, in the order of the menu. */
export const areas: readonly Area[] = [today, notifications, network, visits, agreements, money, training, sales, plans, tickets, obligations, evaluation, reports, administration, operations, account];
