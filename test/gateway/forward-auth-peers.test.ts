import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { createTlsAuthority, issueClientCertificate, issueServerCertificate } from '../authority/tls-authority.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';
import { askAs, everyDialectAt, startForwardAuth, type ForwardAuthUnderTest } from './forward-auth-under-test.ts';
import { PAGES } from './gateway-under-test.ts';

let world: TestContext;
let fields: { readonly Cookie: string };
beforeAll(async () => {
  world = await openTestContext();
  fields = { Cookie: `__Host-gw=${await (await world.openSession()).cookieFor('company')}` };
});
afterAll(() => world.close());

describe('D1-111 D3-07 who may ask, on loopback', () => {
  let gateway: ForwardAuthUnderTest;
  beforeAll(async () => {
    gateway = await startForwardAuth(world, {
      peers: [
        { address: '127.0.0.1', dialect: 'nginx' },
        { address: '127.0.1.0/24', dialect: 'traefik' },
        { address: '127.0.1.7', dialect: 'envoy' },
      ],
    });
  });
  afterAll(() => gateway.listener.close(0));

  const statusFrom = async (localAddress: string, dialect: 'nginx' | 'traefik' | 'envoy' | 'caddy'): Promise<number> =>
    (await askAs(gateway.port, dialect, { fields }, { localAddress })).status;

  test('is whoever is listed, in the dialect that is listed', async () => {
    expect(await statusFrom('127.0.0.1', 'nginx')).toBe(200);
    expect(await statusFrom('127.0.1.200', 'traefik')).toBe(200);
    expect(await statusFrom('127.0.1.7', 'envoy')).toBe(200);
    expect(await statusFrom('127.0.1.7', 'traefik')).toBe(200);
    expect(await statusFrom('127.0.0.1', 'traefik')).toBe(404);
    expect(await statusFrom('127.0.0.1', 'envoy')).toBe(404);
    expect(await statusFrom('127.0.1.200', 'nginx')).toBe(404);
    expect(await statusFrom('127.0.1.200', 'caddy')).toBe(404);
  });

  test('is nobody else: a forged X-Original-URL from elsewhere gets a closed connection and no word', async () => {
    for (const dialect of ['nginx', 'traefik', 'envoy'] as const) {
      await expect(askAs(gateway.port, dialect, { fields }, { localAddress: '127.0.0.9' })).rejects.toThrow(
        /ECONNRESET|socket hang up|EPIPE/,
      );
    }
    expect(gateway.logged.at(-1)).toMatchObject({ facts: { peer: '127.0.0.9' } });
  });

  test('is another by another configuration, on the connections that are open too', async () => {
    const other = await startForwardAuth(world, { peers: everyDialectAt('127.0.0.1') });
    expect((await askAs(other.port, 'caddy', { fields })).status).toBe(200);
    const peers = [{ address: '127.0.0.1', dialect: 'nginx' as const }];
    other.listener.renew({ context: world.context, pages: PAGES, peers, trustedProxies: [], tls: undefined });
    expect((await askAs(other.port, 'caddy', { fields })).status).toBe(404);
    expect((await askAs(other.port, 'nginx', { fields })).status).toBe(200);
    await other.listener.close(0);
  });

  test('names the client behind proxies that are trusted', async () => {
    const other = await startForwardAuth(world, { trustedProxies: ['10.9.0.0/16'] });
    const ask = async (clientAddress: string) => (await askAs(other.port, 'nginx', { fields, clientAddress })).status;
    expect(await ask('192.0.2.7, 10.9.0.1')).toBe(200);
    expect(await ask('somebody, 10.9.0.1')).toBe(403);
    await other.listener.close(0);
  });
});

describe('D1-091 D1-111 who may ask, by certificate', () => {
  let gateway: ForwardAuthUnderTest;
  let ca: string;
  let right: IssuedCertificate;
  let unpinned: IssuedCertificate;
  let foreign: IssuedCertificate;
  beforeAll(async () => {
    const authority = await createTlsAuthority(new Date());
    ca = authority.certificate.pem;
    const server = await issueServerCertificate(authority, ['forward-auth.gateway.test'], new Date());
    right = await issueClientCertificate(authority, ['proxy.gateway.test'], new Date());
    unpinned = await issueClientCertificate(authority, ['other.gateway.test'], new Date());
    foreign = await issueClientCertificate(await createTlsAuthority(new Date()), ['proxy.gateway.test'], new Date());
    const { fingerprint256 } = new X509Certificate(right.certificate.pem);
    gateway = await startForwardAuth(world, {
      peers: [
        { address: '127.0.0.1', dialect: 'nginx', certificateSha256: fingerprint256.replaceAll(':', '').toLowerCase() },
        { address: '127.0.1.1', dialect: 'caddy' },
      ],
      tls: { cert: server.certificate.pem, key: keyOf(server), ca },
    });
  });
  afterAll(() => gateway.listener.close(0));

  const ask = (dialect: 'nginx' | 'caddy', shown: IssuedCertificate | null, localAddress: string) =>
    askAs(
      gateway.port,
      dialect,
      { fields },
      {
        ...{ isTls: true, ca, servername: 'forward-auth.gateway.test', localAddress },
        ...(shown === null ? {} : { cert: shown.certificate.pem, key: keyOf(shown) }),
      },
    );

  test('is whoever shows the one that is pinned, or any of the CA where none is', async () => {
    expect((await ask('nginx', right, '127.0.0.1')).status).toBe(200);
    expect((await ask('caddy', right, '127.0.1.1')).status).toBe(200);
    expect((await ask('caddy', unpinned, '127.0.1.1')).status).toBe(200);
    expect((await ask('nginx', right, '127.0.1.1')).status).toBe(404);
  });

  test.each([
    ['without one', () => null, '127.0.0.1'],
    ['without one, where none is pinned', () => null, '127.0.1.1'],
    ['with one of another CA', () => foreign, '127.0.0.1'],
    ['with one of another CA, where none is pinned', () => foreign, '127.0.1.1'],
    ['with another of the CA', () => unpinned, '127.0.0.1'],
    ['with the right one from elsewhere', () => right, '127.0.0.9'],
  ])('is nobody %s', async (_name, shown, from) => {
    await expect(ask(from === '127.0.1.1' ? 'caddy' : 'nginx', shown(), from)).rejects.toThrow();
  });

  test('is nobody over plain HTTP', async () => {
    await expect(askAs(gateway.port, 'nginx', { fields })).rejects.toThrow();
  });
});

function keyOf(issued: IssuedCertificate): string {
  return String(issued.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
}
