// Uses the client that @hey-api/openapi-ts has generated from /openapi.json into ./api.
import { dailySalesServiceReportDailySales, eventServiceListEvents, partnerServiceGetPartner, partnerServiceListPartners } from './api';
import { client } from './api/client.gen';

client.setConfig({ baseUrl: process.env['QUDAO_URL'] ?? '', auth: () => process.env['QUDAO_TOKEN'] ?? '' });

async function main(): Promise<void> {
  const list = await partnerServiceListPartners({ query: { pageSize: 2 }, throwOnError: true });
  const names = (list.data.partners ?? []).map((partner) => partner.name ?? '');
  const one = await partnerServiceGetPartner({ path: { partner: (names[0] ?? '').replace('partners/', '') }, throwOnError: true });
  const events = await eventServiceListEvents({ query: { pageSize: 3, types: ['qudao.dealer.partner-changed'] }, throwOnError: true });
  const refused = await dailySalesServiceReportDailySales({
    body: { lines: [{ partner: 'partners/nobody', day: '2026-02-30', productCode: 'GT-100', quantity: '-1' }], requestId: 'smoke' },
  });
  console.log(JSON.stringify({
    names,
    more: (list.data.nextPageToken ?? '') !== '',
    one: one.data.displayName,
    etag: one.response.headers.get('etag') !== null,
    events: (events.data.events ?? []).map((event) => event.type),
    status: refused.response?.status,
    violations: (refused.error?.violations ?? []).map((violation) => violation.field),
  }));
}

void main();
