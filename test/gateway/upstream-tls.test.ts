import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { UpstreamSettings } from '../../src/flows/ports/upstream-settings.ts';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueClientCertificate, issueServerCertificate } from '../authority/tls-authority.ts';
import { plainUpstream } from '../support/plain-upstream.ts';
import { listenWith, startGateway, type Answer, type GatewayUnderTest } from './gateway-under-test.ts';

const NOW = new Date();
const TWO_YEARS_MS = 2 * 365 * 86_400_000;

let gateway: GatewayUnderTest;
let authority: IssuedCertificate;
let stranger: IssuedCertificate;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [gateway, authority, stranger] = await Promise.all([
    startGateway(),
    createTlsAuthority(NOW),
    createTlsAuthority(NOW),
  ]);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => gateway.close());

/** PEM, as TLS takes them. */
function identity({ certificate, keyPair }: IssuedCertificate): { readonly certificate: string; readonly key: string } {
  return {
    certificate: certificate.pem,
    key: keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Told {
  requests: number;
  protocol: string | null;
  client: PeerCertificate | undefined;
}

/** A system that demands a client's certificate of `authority`. */
async function startSystem(
  issued: IssuedCertificate,
  options: object = {},
): Promise<{ readonly port: number; readonly told: Told }> {
  const told: Told = { requests: 0, protocol: null, client: undefined };
  const { certificate, key } = identity(issued);
  const asked = { requestCert: true, rejectUnauthorized: true, ca: authority.certificate.pem };
  const server: Server = createServer({ cert: certificate, key, ...asked, ...options }, (request, response) => {
    const socket = request.socket as TLSSocket;
    told.requests += 1;
    told.protocol = socket.getProtocol();
    told.client = socket.getPeerCertificate();
    response.end('served');
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, told };
}

/** One request through a gateway whose company system runs there. */
async function askThrough(origin: string, tls: UpstreamSettings['tls']): Promise<Answer> {
  const { test } = gateway;
  const company = test.context.systems.get('company');
  if (company === undefined) throw new Error('It is there.');
  const systems = new Map(test.context.systems).set('company', {
    ...company,
    upstream: plainUpstream(origin, { tls }),
  });
  const context = { ...test.context, systems };
  const over = await listenWith({ ...test, context }, gateway.company, gateway.factory);
  closers.push(() => over.listener.close(0));
  return over.ask('/', { headers: { Cookie: await gateway.logIn() } });
}

async function ourselves(from: IssuedCertificate = authority): Promise<UpstreamSettings['tls']> {
  return { ca: authority.certificate.pem, ...identity(await issueClientCertificate(from, ['gateway.internal'], NOW)) };
}

describe('a system that is reached through TLS (D1-091)', () => {
  test('is shown the gateway’s certificate, and serves it', async () => {
    const { port, told } = await startSystem(await issueServerCertificate(authority, ['localhost'], NOW));
    const answer = await askThrough(`https://localhost:${port}`, await ourselves());
    expect([answer.status, answer.body]).toEqual([200, 'served']);
    expect(told.protocol).toBe('TLSv1.3');
    expect(told.client?.subject.CN).toBe('gateway.internal');
  });

  test('by TLS 1.2 at least', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    const issued = await issueServerCertificate(authority, ['localhost'], NOW);
    const { port, told } = await startSystem(issued, old);
    expect((await askThrough(`https://localhost:${port}`, await ourselves())).status).toBe(502);
    expect(told.requests).toBe(0);
  });

  test('under another name than it is dialled by, if that one is configured', async () => {
    const { port } = await startSystem(await issueServerCertificate(authority, ['company.internal'], NOW));
    const tls = { ...(await ourselves()), serverName: 'company.internal' };
    expect((await askThrough(`https://127.0.0.1:${port}`, tls)).status).toBe(200);
  });

  test.each<[string, () => Promise<IssuedCertificate>, () => Promise<UpstreamSettings['tls']>]>([
    ['of another name', () => issueServerCertificate(authority, ['factory.internal'], NOW), () => ourselves()],
    ['of an unknown CA', () => issueServerCertificate(stranger, ['localhost'], NOW), () => ourselves()],
    [
      'that has expired',
      () => issueServerCertificate(authority, ['localhost'], new Date(NOW.getTime() - TWO_YEARS_MS)),
      () => ourselves(),
    ],
    [
      'of a public CA’s kind, where none is configured',
      () => issueServerCertificate(authority, ['localhost'], NOW),
      async () => {
        const { ca: _, ...rest } = await ourselves();
        return rest;
      },
    ],
    [
      'that demands one of us, where we have none',
      () => issueServerCertificate(authority, ['localhost'], NOW),
      () => Promise.resolve({ ca: authority.certificate.pem }),
    ],
    [
      'that does not know our CA',
      () => issueServerCertificate(authority, ['localhost'], NOW),
      () => ourselves(stranger),
    ],
  ])('but nothing is sent to one %s: 502', async (_name, issue, tls) => {
    const { port, told } = await startSystem(await issue());
    const answer = await askThrough(`https://localhost:${port}`, await tls());
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'upstream-failed' });
    expect(told.requests).toBe(0);
  });
});
