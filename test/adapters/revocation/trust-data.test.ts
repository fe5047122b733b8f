import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NO_BLOCK_LIST } from '../../../src/adapters/revocation/block-list-watch.ts';
import { openTrustData, type LiveTrustData } from '../../../src/adapters/revocation/trust-data.ts';
import { checkTrust, reportTrust, requireAnchor, requireCrl } from '../../../src/trust-report.ts';
import { startPkiServices, type PkiServices } from '../../../scripts/demo-parts/pki-services.ts';
import { createAuthority, type Authority } from '../../authority/authority.ts';
import { PINNED, trustFilesOf } from '../../authority/trust-files.ts';
import { findFreePort } from '../../../scripts/demo-parts/ports.ts';

let root: string;
let authority: Authority;
let stranger: Authority;
let services: PkiServices;
let trust: LiveTrustData;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'gateway-trust-'));
  const port = await findFreePort();
  authority = await createAuthority({ origin: `http://127.0.0.1:${port}` });
  stranger = await createAuthority({ origin: `http://127.0.0.1:${port}` });
  services = await startPkiServices({ authority, host: '127.0.0.1', port });
});
beforeEach(async () => {
  writeTrust(authority);
  trust = await openTrustData({
    trustFolder: join(root, 'trust'),
    crlFolder: mkdtempSync(join(root, 'crls-')),
    crlUrls: PINNED.map(({ id }) => services.crlUrls[id]),
    refreshMs: 3_600_000,
    allowPrivateAddresses: true,
    sealingKey: Buffer.alloc(32, 1),
    policy: { require: 'every-certificate', graceMs: 0 },
    blockList: NO_BLOCK_LIST,
    ocsp: undefined,
    onProblem: () => undefined,
  });
  await trust.refresh();
  return () => trust.close();
});
afterAll(async () => {
  await services.close();
  rmSync(root, { recursive: true, force: true });
});

function writeTrust(of: Authority, change: (files: Map<string, string | Uint8Array>) => void = () => undefined): void {
  const { manifest, files } = trustFilesOf(of);
  const all = new Map<string, string | Uint8Array>([...files, ['manifest.json', JSON.stringify(manifest)]]);
  change(all);
  rmSync(join(root, 'trust'), { recursive: true, force: true });
  mkdirSync(join(root, 'trust'));
  for (const [name, content] of all) writeFileSync(join(root, 'trust', name), content);
}

describe('trust, read anew while logins go on', () => {
  test('the same folder: the CRLs stay in use', async () => {
    const before = trust.trustStore();
    await trust.reloadTrust();
    expect(trust.trustStore()).not.toBe(before);
    expect(trust.crls()).toHaveLength(PINNED.length);
  });

  test('whoever listens is told after every refresh, when the CRLs of it are in use', async () => {
    const seen: number[] = [];
    trust.onRefresh(() => seen.push(trust.crls().length));
    await trust.refresh();
    await trust.reloadTrust();
    writeTrust(stranger);
    await trust.reloadTrust();
    expect(seen).toEqual([PINNED.length, PINNED.length, 0]);
  });

  test('other certificates: CRLs that they have not signed go with the ones before', async () => {
    writeTrust(stranger);
    await trust.reloadTrust();
    expect(trust.crls()).toEqual([]);
    writeTrust(authority);
    await trust.reloadTrust();
    expect(trust.crls()).toHaveLength(PINNED.length);
  });

  test.each<[string, (files: Map<string, string | Uint8Array>) => void]>([
    ['without manifest', files => files.delete('manifest.json')],
    ['with a file that is not listed', files => files.set('other.pem', 'x')],
    ['with a private key', files => files.set('key.pem', '-----BEGIN PRIVATE KEY-----')],
  ])('a folder %s changes nothing', async (_, change) => {
    const before = trust.trustStore();
    writeTrust(authority, change);
    await expect(trust.reloadTrust()).rejects.toThrow('trust folder');
    expect(trust.trustStore()).toBe(before);
    expect(trust.crls()).toHaveLength(PINNED.length);
    writeTrust(authority);
    await trust.reloadTrust();
    expect(trust.trustStore()).not.toBe(before);
  });
});

describe('what doctor and /readyz tell of it', () => {
  const later = () => new Date(Date.now() + 40 * 365 * 86_400_000);

  test('expiry of anchors and age of CRLs', () => {
    const now = new Date(Date.now() + 90 * 60_000);
    const report = reportTrust(trust, now);
    expect(report.anchors).toHaveLength(2);
    expect(report.anchors[0]?.notAfter).toMatch(/^20\d\d-/);
    expect(report.crls).toHaveLength(PINNED.length);
    for (const { ageMinutes } of report.crls) expect(ageMinutes).toBeGreaterThanOrEqual(89);
    expect(checkTrust(trust, now).every(({ ok }) => ok)).toBe(true);
    expect(
      checkTrust(trust, now)
        .map(({ detail }) => detail)
        .join('\n'),
    ).toMatch(/\d+ days\)[^]*\d+ min old/);
  });

  test('what has expired fails', async () => {
    await expect(requireAnchor(trust, new Date())).resolves.toBeUndefined();
    await expect(requireCrl(trust, new Date())).resolves.toBeUndefined();
    await expect(requireAnchor(trust, later())).rejects.toThrow('anchor');
    await expect(requireCrl(trust, later())).rejects.toThrow('CRL');
    expect(checkTrust(trust, later()).some(({ ok }) => ok)).toBe(false);
  });
});
