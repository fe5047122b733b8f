import { mkdtemp, readdir, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import { loadAuthority, saveAuthority, saveRegister } from './authority-folder.ts';
import { revoke } from './certificate-authority.ts';
import { issueCitizenCertificate } from './end-entity.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'authority-')), 'pki');
});
afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true });
});

const HOLDER = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };

describe('an authority in a folder', () => {
  it('comes back with its keys, certificates, addresses and statuses, and goes on issuing', async () => {
    const saved = await createAuthority({ origin: 'http://127.0.0.1:8089' });
    const { certificate } = await issueCitizenCertificate(saved.cas['moica-g2'], HOLDER, 'sign');
    revoke(saved.cas['moica-g2'], certificate.serialNumber, {
      at: new Date('2026-05-01T00:00:00Z'),
      reason: 'superseded',
    });
    await saveAuthority(folder, saved);
    const loaded = await loadAuthority(folder);
    expect(loaded?.origin).toBe(saved.origin);
    for (const [id, ca] of Object.entries(saved.cas)) {
      const again = loaded!.cas[id as keyof typeof saved.cas];
      expect(again.certificate).toEqual(ca.certificate);
      expect(again.keyPair.subjectPublicKeyInfo.equals(ca.keyPair.subjectPublicKeyInfo)).toBe(true);
      expect(again.publication).toEqual(ca.publication);
      expect(again.responder.certificate).toEqual(ca.responder.certificate);
      expect(again.statuses).toEqual(ca.statuses);
    }
    const next = await issueCitizenCertificate(loaded!.cas['moica-g2'], HOLDER, 'sign');
    const issuer = new X509Certificate(saved.cas['moica-g2'].certificate.pem);
    expect(new X509Certificate(next.certificate.pem).verify(issuer.publicKey)).toBe(true);
  });

  it('keeps later revocations by the register alone', async () => {
    const authority = await createAuthority({ origin: 'http://127.0.0.1:8089' });
    await saveAuthority(folder, authority);
    revoke(authority.cas['moica-g3'], 'AA', { at: new Date('2026-05-01T00:00:00Z') });
    await saveRegister(folder, authority);
    expect((await loadAuthority(folder))?.cas['moica-g3'].statuses.get('AA')?.status).toBe('revoked');
  });

  it('private keys can be read by their owner only, and no half-written file stays', async () => {
    await saveAuthority(folder, await createAuthority({ origin: 'http://127.0.0.1:8089' }));
    const files = await readdir(folder);
    expect(files.filter(name => name.endsWith('.new'))).toEqual([]);
    const keys = files.filter(name => name.endsWith('.key'));
    expect(keys).toHaveLength(16);
    for (const key of keys) expect((await stat(join(folder, key))).mode & 0o777).toBe(0o600);
  });

  it('without a register there is no authority; a missing key beside one is a fault', async () => {
    expect(await loadAuthority(folder)).toBeNull();
    await saveAuthority(folder, await createAuthority({ origin: 'http://127.0.0.1:8089' }));
    await unlink(join(folder, 'moica-g2.key'));
    await expect(loadAuthority(folder)).rejects.toThrow('moica-g2.key');
  });
});
