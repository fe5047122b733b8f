import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrlBook } from '../../../src/adapters/revocation/crl-book.ts';
import { isPublicAddress } from '../../../src/adapters/revocation/public-addresses.ts';
import type { Authority } from '../../authority/authority.ts';
import { issueCrl } from '../../authority/crl.ts';
import { openCrlServer, stateOf, type CrlServer } from './crl-server.ts';

let server: CrlServer;

const HOUR_MS = 3_600_000;
const now = Date.now();

beforeAll(async () => {
  server = await openCrlServer();
});
afterAll(() => server.close());

const openBook: CrlServer['openBook'] = options => server.openBook(options);

function crl(ageMs: number, options: { ca?: keyof Authority['cas']; number?: string } = {}): Uint8Array {
  return issueCrl(server.authority.cas[options.ca ?? 'moica-g2'], {
    thisUpdate: new Date(now - ageMs),
    nextUpdate: new Date(now - ageMs + 24 * HOUR_MS),
    ...(options.number === undefined ? {} : { number: options.number }),
  });
}

async function fetchWith(book: CrlBook, body: Uint8Array, status = 200, location?: string) {
  server.publish({ status, body, ...(location === undefined ? {} : { location }) });
  await book.refresh();
  const { held, problem } = stateOf(book);
  return { held: held[0], problem };
}

function seconds(ageMs: number): number {
  return Math.floor((now - ageMs) / 1000) * 1000;
}

describe('the newest verified CRL is in use', () => {
  test('a fetched one is taken, a newer one replaces it', async () => {
    const book = await openBook();
    expect(await fetchWith(book, crl(2 * HOUR_MS))).toEqual({ held: seconds(2 * HOUR_MS), problem: undefined });
    expect(await fetchWith(book, crl(HOUR_MS))).toEqual({ held: seconds(HOUR_MS), problem: undefined });
  });

  test.each([
    ['an older one', () => crl(3 * HOUR_MS), 200, 'is older than the one in use'],
    ['one of a lower number', () => crl(0, { number: '01' }), 200, 'is older than the one in use'],
    ['garbage', () => Buffer.from('<html>'), 200, 'is not a CRL'],
    ['one signed by the other key of the same name', () => crl(0, { ca: 'moica-g1' }), 200, 'crl-signature-invalid'],
    ['one of a CA that is not pinned', () => crl(0, { ca: 'moeaca-g2' }), 200, 'is not by a pinned certificate'],
    ['an error page', () => crl(0), 500, 'answered with status 500'],
  ])('%s never replaces it', async (_name, body, status, problem) => {
    const book = await openBook();
    await fetchWith(book, crl(2 * HOUR_MS));
    const after = await fetchWith(book, body(), status);
    expect(after.held).toBe(seconds(2 * HOUR_MS));
    expect(after.problem).toContain(problem);
  });

  test('a redirect is not followed', async () => {
    const after = await fetchWith(await openBook(), Buffer.alloc(0), 302, server.url);
    expect(after).toEqual({ held: undefined, problem: 'answered with status 302' });
  });

  test('a private address is not asked unless configured', async () => {
    const after = await fetchWith(await openBook({ allowPrivateAddresses: false }), crl(HOUR_MS));
    expect(after.held).toBeUndefined();
    expect(after.problem).toContain('is not a public address');
  });
});

test.each([
  ['8.8.8.8', true],
  ['2001:4860:4860::8888', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['::1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['0.0.0.0', false],
  ['not an address', false],
])('%s is public: %s (RFC 6890)', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
