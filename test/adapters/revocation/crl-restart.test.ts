import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeCrlIndex } from '../../../src/adapters/revocation/crl-index-file.ts';
import { parseCrl } from '../../../src/pki/revocation/crl.ts';
import { sealCrl } from '../../../src/pki/revocation/sealed-crl.ts';
import { verifyCrl, type TrustedCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { issueCrl, type RevokedEntry } from '../../authority/crl.ts';
import { certificateIssuer, issuingDistributionPoint } from '../../pki/support/crl-mint.ts';
import { named } from '../../pki/support/mint.ts';
import { fileIn, openCrlServer, stateOf, type CrlServer } from './crl-server.ts';

let server: CrlServer;
beforeAll(async () => {
  server = await openCrlServer();
});
afterAll(() => server.close());

const HOUR_MS = 3_600_000;
/** Whole seconds, as CRLs have them. */
const now = Math.floor(Date.now() / 1000) * 1000;
const hoursAgo = (hours: number): number => now - hours * HOUR_MS;

const REVOKED = Buffer.from('0a0b0c0d', 'hex');
const entry = (serialNumber: string): RevokedEntry => ({
  serialNumber,
  revokedAt: new Date(hoursAgo(100)),
  reason: 'keyCompromise',
});

/** A CRL issued so many hours ago that lists one certificate. */
function crl(hours: number, entries: readonly RevokedEntry[] = [entry('0a0b0c0d')]): Buffer {
  return issueCrl(server.authority.cas['moica-g2'], { thisUpdate: new Date(hoursAgo(hours)), entries });
}

function verified(der: Uint8Array): TrustedCrl {
  const parsed = parseCrl(der);
  const signer = server.trustStore.findBySki(server.authority.cas['moica-g2'].keyPair.keyIdentifier.toString('hex'));
  if (!parsed.ok || signer === undefined) throw new Error('not a CRL');
  const verdict = verifyCrl(parsed.crl, signer);
  if (!verdict.ok) throw new Error(verdict.failure.code);
  return verdict.crl;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const isListed = (crls: readonly TrustedCrl[]) => crls.map(each => each.entries.index.find(REVOKED).length === 1);

/** A place where a gateway has fetched this CRL and then stopped. */
async function placeWith(body: Uint8Array): Promise<string> {
  const place = server.newPlace();
  server.publish({ body });
  const book = await server.openBook({ place });
  await book.refresh();
  if (book.crls().length === 0) throw new Error(stateOf(book).problem);
  return place;
}

describe('a restart', () => {
  test('has the copy and its index, without network', async () => {
    const place = await placeWith(crl(2));
    expect(
      readdirSync(place)
        .map(name => name.slice(32))
        .sort(),
    ).toEqual(['.crl', '.index']);
    for (const name of readdirSync(place)) expect(statSync(`${place}/${name}`).mode & 0o777).toBe(0o600);
    const book = await server.openBook({ place });
    expect(stateOf(book)).toEqual({ held: [hoursAgo(2)], problem: undefined });
    expect(isListed(book.crls())).toEqual([true]);
  });

  test('takes the index for the CRL where its seal is right: nothing is parsed again', async () => {
    const file = crl(2);
    const place = await placeWith(file);
    // Sealed by this installation for this very file, but with other entries than the file has.
    const other = sealCrl(verified(crl(2, [])), { sha256: sha256(file), part: 0, parts: 1 }, server.sealingKey);
    writeCrlIndex(fileIn(place, '.index'), [other]);
    expect(isListed((await server.openBook({ place })).crls())).toEqual([false]);
  });

  test.each<[string, (index: string, file: Buffer) => void]>([
    ['missing', index => rmSync(index)],
    ['empty', index => writeFileSync(index, '')],
    ['cut off', index => writeFileSync(index, readFileSync(index).subarray(0, -1))],
    ['lengthened', index => writeFileSync(index, Buffer.concat([readFileSync(index), Buffer.alloc(100)]))],
    ['one octet of the entries changed', index => flip(index, -3)],
    ['one octet of the header changed', index => flip(index, 120)],
    [
      'lengths of 4 GB',
      index => writeFileSync(index, Buffer.concat([readFileSync(index).subarray(0, 26), Buffer.alloc(90, 0xff)])),
    ],
    ['only the first line', index => writeFileSync(index, readFileSync(index).subarray(0, 26))],
    [
      'sealed with another key',
      (index, file) => {
        const source = { sha256: sha256(file), part: 0, parts: 1 };
        writeCrlIndex(index, [sealCrl(verified(crl(2, [])), source, randomBytes(32))]);
      },
    ],
    [
      'a part of what was sealed',
      (index, file) => {
        const source = { sha256: sha256(file), part: 0, parts: 2 };
        writeCrlIndex(index, [sealCrl(verified(crl(2, [])), source, server.sealingKey)]);
      },
    ],
    [
      'sealed for another file',
      index => {
        const source = { sha256: sha256(crl(5)), part: 0, parts: 1 };
        writeCrlIndex(index, [sealCrl(verified(crl(5, [])), source, server.sealingKey)]);
      },
    ],
  ])('an index that is %s is ignored and made anew', async (_, spoil) => {
    const file = crl(2);
    const place = await placeWith(file);
    const index = fileIn(place, '.index');
    const before = readFileSync(index);
    spoil(index, file);
    const book = await server.openBook({ place });
    expect(stateOf(book)).toEqual({ held: [hoursAgo(2)], problem: undefined });
    expect(isListed(book.crls())).toEqual([true]);
    expect(readFileSync(fileIn(place, '.index')).equals(before)).toBe(true);
  });

  test('with another key judges the CRL itself again', async () => {
    const place = await placeWith(crl(2));
    const book = await server.openBook({ place, key: randomBytes(32) });
    expect(isListed(book.crls())).toEqual([true]);
  });

  test('a copy that was changed is not used', async () => {
    const place = await placeWith(crl(2));
    flip(fileIn(place, '.crl'), -40);
    const { held, problem } = stateOf(await server.openBook({ place }));
    expect(held).toEqual([]);
    expect(problem).toContain('crl-signature-invalid');
  });

  test('what a kill left half-written is removed', async () => {
    const place = await placeWith(crl(2));
    writeFileSync(`${fileIn(place, '.crl')}.new`, crl(1).subarray(0, 100));
    writeFileSync(`${fileIn(place, '.index')}.new`, 'half');
    expect(isListed((await server.openBook({ place })).crls())).toEqual([true]);
    expect(readdirSync(place)).toHaveLength(2);
  });
});

describe('numbers never go back, across restarts (RFC 5280 5.2.3)', () => {
  test('an older CRL that is fetched after a restart is refused', async () => {
    const book = await server.openBook({ place: await placeWith(crl(2)) });
    server.publish({ body: crl(3) });
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [hoursAgo(2)], problem: 'is older than the one in use' });
  });

  test('an older CRL put in the place of the copy is refused, and so is one that is fetched then', async () => {
    const place = await placeWith(crl(2));
    writeFileSync(fileIn(place, '.crl'), crl(3));
    const book = await server.openBook({ place });
    expect(stateOf(book)).toEqual({ held: [], problem: 'the copy is older than the one in use' });
    server.publish({ body: crl(3) });
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [], problem: 'is older than the one in use' });
    server.publish({ body: crl(2) });
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [hoursAgo(2)], problem: undefined });
  });

  test('with the copy gone, the index still knows how far it was', async () => {
    const place = await placeWith(crl(2));
    rmSync(fileIn(place, '.crl'));
    const book = await server.openBook({ place });
    server.publish({ body: crl(3) });
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [], problem: 'is older than the one in use' });
  });

  test('a newer copy whose index was not yet written is used', async () => {
    const [older, newer] = [await placeWith(crl(2)), await placeWith(crl(1))];
    copyFileSync(fileIn(newer, '.crl'), fileIn(older, '.crl'));
    expect(stateOf(await server.openBook({ place: older }))).toEqual({ held: [hoursAgo(1)], problem: undefined });
  });
});

describe('kill -9 while a CRL is fetched, read and saved', () => {
  test('the next start has a whole CRL, and numbers go on', async () => {
    const place = server.newPlace();
    const entries = Array.from({ length: 20_000 }, (_, i) => entry((0x0a0b0c0d + i).toString(16).padStart(8, '0')));
    const newest = { hours: 60 };
    let held = 0;
    for (let kill = 0; kill < 5; kill++) {
      server.publish({ body: crl(newest.hours, entries) });
      const program = fork(join(import.meta.dirname, 'refresh-forever.ts'), {
        env: { ...process.env, BOOK: JSON.stringify({ place, url: server.url, trustFolder: server.trustFolder }) },
        serialization: 'advanced',
      });
      program.send(server.sealingKey);
      await once(program, 'message');
      // From the first refresh on, whatever it is doing: a newer CRL each time that it has the last one.
      for (let i = 0; i <= kill * 2; i++) {
        server.publish({ body: crl(--newest.hours, entries) });
        await setTimeout(23);
      }
      program.kill('SIGKILL');
      await once(program, 'exit');
      const book = await server.openBook({ place });
      expect(stateOf(book).problem).toBeUndefined();
      expect(isListed(book.crls())).toEqual([true]);
      expect(stateOf(book).held[0]).toBeGreaterThanOrEqual(held);
      held = stateOf(book).held[0] ?? 0;
      expect(readdirSync(place)).toHaveLength(2);
    }
  });
});

describe('the thread that reads CRLs fails', () => {
  test('the CRL in use stays, the state says why, and the next refresh has a new thread', async () => {
    const place = server.newPlace();
    server.publish({ body: crl(2) });
    const book = await server.openBook({ place });
    await book.refresh();
    // A disk that answers nonsense: a folder in place of the index is a fault that ends the thread.
    const index = fileIn(place, '.index');
    rmSync(index);
    mkdirSync(index);
    server.publish({ body: crl(1) });
    await book.refresh();
    expect(stateOf(book).held).toEqual([hoursAgo(2)]);
    expect(stateOf(book).problem).toContain('could not be read (EISDIR');
    rmSync(index, { recursive: true });
    await book.refresh();
    expect(stateOf(book)).toEqual({ held: [hoursAgo(1)], problem: undefined });
  });

  test('a CRL whose issuers do not fit into memory ends the thread, not the gateway', async () => {
    const book = await server.openBook({ heapLimitMb: 48 });
    server.publish({ body: crl(2) });
    await book.refresh();
    const issuers = Array.from({ length: 60_000 }, (_, i) => named(`Certificate issuer ${'x'.repeat(500)} ${i}`));
    const entries = issuers.map(name => ({ ...entry('05'), extensions: [certificateIssuer(name)] }));
    const body = issueCrl(server.authority.cas['moica-g2'], {
      thisUpdate: new Date(hoursAgo(1)),
      entries,
      change: template => ({
        ...template,
        extensions: [...template.extensions, issuingDistributionPoint({ indirect: true })],
      }),
    });
    server.publish({ body });
    await book.refresh();
    expect(stateOf(book).held).toEqual([hoursAgo(2)]);
    expect(stateOf(book).problem).toContain('could not be read (Worker terminated due to reaching memory limit');
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = bytes[index]! ^ 1;
  writeFileSync(path, bytes);
}
