import type { Schemas } from '../../api/client';
import { askRaw } from '../../api/client';

/** The services as their addresses name them, and what people call them. */
export const services = {
  dealer: ['渠道', 'Dealer'],
  contract: ['协议', 'Contract'],
  training: ['培训', 'Training'],
  serviceticket: ['售后', 'Service tickets'],
  reporting: ['报表', 'Reporting'],
  gateway: ['网关', 'Gateway'],
} as const;

export type Service = keyof typeof services;
export const serviceIds = Object.keys(services) as Service[];

type Lists = {
  parkedMessages: Schemas['common.ListParkedMessagesResponse'];
  operations: Schemas['common.ListOperationsResponse'];
  auditEntries: Schemas['common.ListAuditEntriesResponse'];
  personalExports: Schemas['common.ListPersonalExportsResponse'];
};

/** Each service answers these at its own address, in the same words. */
export async function listOf<K extends keyof Lists>(service: string, what: K, query: Record<string, string>, signal: AbortSignal): Promise<Lists[K]> {
  const response = await askRaw(`/v1/${service}/${what}?${new URLSearchParams(query)}`, { signal });
  return (await response.json()) as Lists[K];
}

/** How a service stands. */
export async function statusOf(service: Service, signal: AbortSignal): Promise<Schemas['common.ServiceStatus']> {
  const response = await askRaw(`/v1/${service}/status`, { signal });
  return (await response.json()) as Schemas['common.ServiceStatus'];
}
