import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCrl } from '../../authority/crl.ts';
import { deltaIndicator } from '../../pki/support/crl-mint.ts';
import { openCrlServer, stateOf, type CrlServer } from './crl-server.ts';

let server: CrlServer;
beforeAll(async () => {
  server = await openCrlServer();
});
afterAll(() => server.close());

const now = Math.floor(Date.now() / 1000) * 1000;
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): number => now - hours * HOUR_MS;

type Ca = 'moica-g2' | 'moica-g3' | 'moica-g1';

const complete = (hours: number, ca: Ca = 'moica-g2', address?: string) =>
  issueCrl(server.authority.cas[ca], {
    thisUpdate: new Date(hoursAgo(hours)),
    ...(address === undefined ? {} : { address }),
  });
const delta = (hours: number) =>
  issueCrl(server.authority.cas['moica-g2'], {
    thisUpdate: new Date(hoursAgo(hours)),
    change: template => ({ ...template, extensions: [...template.extensions, deltaIndicator(1)] }),
  });

const pem = (der: Buffer) =>
  `-----BEGIN X509 CRL-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`;
const pemOf = (...ders: readonly Buffer[]) => Buffer.from(ders.map(pem).join(''));

describe('PEM with several CRLs (RFC 7468 section 6)', () => {
  test('all are used, with text between them, and again after a restart', async () => {
    const place = server.newPlace();
    const first = await server.openBook({ place });
    const text = `MOICA\n${pem(complete(2))}and of the third generation\n${pem(complete(1, 'moica-g3'))}`;
    server.publish({ body: Buffer.from(text) });
    await first.refresh();
    for (const book of [first, await server.openBook({ place })]) {
      expect(stateOf(book)).toEqual({ held: [hoursAgo(2), hoursAgo(1)], problem: undefined });
      expect(book.states()[0]?.crl?.header.thisUpdate).toBe(hoursAgo(2));
    }
  });

  test.each<[string, () => Buffer, string]>([
    [
      'one is by nobody that is pinned',
      () => pemOf(complete(1), complete(1, 'moica-g1')),
      'is not by a pinned certificate',
    ],
    [
      'one is cut off',
      () => Buffer.from(pem(complete(1)) + pem(complete(1, 'moica-g3')).slice(0, -20)),
      'is not a CRL',
    ],
    ['one is no base64', () => Buffer.from(pem(complete(1)).replace('MII', 'M!I')), 'is not a CRL'],
    ['one is no CRL', () => pemOf(complete(1), Buffer.from('3003020101', 'hex')), 'is not a CRL'],
    ['there are 65', () => pemOf(...Array.from({ length: 65 }, () => complete(1))), 'is not a CRL'],
    [
      'it holds something else',
      () => Buffer.from(pem(complete(1)).replaceAll('X509 CRL', 'CERTIFICATE')),
      'is not a CRL',
    ],
    ['there is nothing in it', () => Buffer.alloc(0), 'is not a CRL'],
  ])('none is used where %s', async (_, body, problem) => {
    const book = await server.openBook();
    server.publish({ body: pemOf(complete(2), complete(2, 'moica-g3')) });
    await book.refresh();
    server.publish({ body: body() });
    await book.refresh();
    expect(stateOf(book).held).toEqual([hoursAgo(2), hoursAgo(2)]);
    expect(stateOf(book).problem).toContain(problem);
  });

  test('one that was in use and is missing now is not lost', async () => {
    const book = await server.openBook();
    server.publish({ body: pemOf(complete(3), delta(2)) });
    await book.refresh();
    server.publish({ body: complete(1) });
    await book.refresh();
    expect(stateOf(book).held).toEqual([hoursAgo(3), hoursAgo(2)]);
    expect(stateOf(book).problem).toBe('lacks a CRL that is in use and has not expired');
  });

  test('once it has expired, it may go', async () => {
    const clock = { now };
    const book = await server.openBook({ now: () => new Date(clock.now) });
    server.publish({ body: pemOf(complete(3), delta(2)) });
    await book.refresh();
    server.publish({ body: complete(1) });
    clock.now = hoursAgo(2) + 37 * HOUR_MS;
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [hoursAgo(1)], problem: undefined });
  });
});

describe('several addresses', () => {
  test('complete, delta and partitions are used side by side', async () => {
    const book = await server.openBook({ paths: ['/complete', '/delta', '/1', '/2'] });
    server.publish({ body: complete(5) }, '/complete');
    server.publish({ body: delta(1) }, '/delta');
    server.publish({ body: complete(2, 'moica-g2', 'http://crl.test/1') }, '/1');
    server.publish({ body: complete(2, 'moica-g2', 'http://crl.test/2') }, '/2');
    await book.refresh();
    expect(book.states().map(state => state.lastProblem)).toEqual([undefined, undefined, undefined, undefined]);
    expect(book.crls().map(crl => crl.isDelta)).toEqual([false, true, false, false]);
  });

  test('what is wrong with one does not keep the others', async () => {
    const book = await server.openBook({ paths: ['/broken', '/good'] });
    server.publish({ body: Buffer.from('<html>') }, '/broken');
    server.publish({ body: complete(1) }, '/good');
    await book.refresh();
    expect(book.states().map(state => [state.crls.length, state.lastProblem])).toEqual([
      [0, expect.stringContaining('is not a CRL')],
      [1, undefined],
    ]);
  });
});
