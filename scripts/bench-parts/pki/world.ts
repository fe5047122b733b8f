import { sign } from 'node:crypto';
import { createAuthority, type Authority } from '../../../test/authority/authority.ts';
import { issueCitizenCertificate } from '../../../test/authority/end-entity.ts';
import { trustFilesOf } from '../../../test/authority/trust-files.ts';
import type { CardProof } from '../../../src/pki/card-proof.ts';
import { loadTrustStore, type TrustStore } from '../../../src/pki/trust-store.ts';

/** An authority of the real one's shape and key sizes, what a gateway pins of it, and a citizen's card. */
export interface World {
  readonly authority: Authority;
  readonly trustStore: TrustStore;
  readonly tbs: Buffer;
  readonly proof: Extract<CardProof, { kind: 'pkcs1' }>;
}

/** 2048 bits, as MOICA G2 and its cards have. */
export async function openWorld(): Promise<World> {
  const authority = await createAuthority({ origin: 'http://127.0.0.1:1' });
  const { manifest, files } = trustFilesOf(authority);
  const loaded = loadTrustStore(manifest, files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const holder = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };
  const card = await issueCitizenCertificate(authority.cas['moica-g2'], holder, 'sign', {});
  const tbs = Buffer.from('v1.login.portal.example_443.c2FtcGxlLW5vbmNlLXNhbXBsZQ.1780272000');
  const signature = sign('sha256', tbs, card.keyPair.privateKey);
  return {
    authority,
    trustStore: loaded.trustStore,
    tbs,
    proof: { kind: 'pkcs1', signature, certificate: card.certificate.der },
  };
}
