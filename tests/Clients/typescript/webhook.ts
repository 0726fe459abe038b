/**
 * Receives Qudao's webhooks and verifies their signature (standardwebhooks.com).
 *
 *     QUDAO_WEBHOOK_SECRET=whsec_... node webhook.js 8080
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';

const secret = Buffer.from((process.env['QUDAO_WEBHOOK_SECRET'] ?? '').replace(/^whsec_/, ''), 'base64');
const toleranceSeconds = 5 * 60;
const mostBytes = 1_000_000;
const seen = new Set<string>(); // A partner keeps the ids in its database, with what the event changed.

/** Signed by who knows the secret, and not long ago. While a secret is rotated there are two signatures. */
function isGenuine(headers: IncomingHttpHeaders, body: Buffer): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => String(headers[name] ?? ''));
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp || NaN)) <= toleranceSeconds)) return false;
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);
  return (signatures ?? '').split(' ').map((each) => Buffer.from(each)).some((each) => each.length === expected.length && timingSafeEqual(each, expected));
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > mostBytes) return void response.writeHead(413).end();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isGenuine(request.headers, body)) return void response.writeHead(401).end();
  const id = String(request.headers['webhook-id']);
  if (!seen.has(id)) { // The same event may come twice.
    seen.add(id);
    const event = JSON.parse(body.toString('utf8')) as { type: string };
    console.log(`received ${id} ${event.type}`);
  }
  response.writeHead(204).end();
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log('ready'));
