import { createHash, randomUUID, sign, X509Certificate } from 'node:crypto';
import type { Account } from '../../../src/accounts/account.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
import type { TrustData } from '../../../src/flows/ports.ts';
import { BlockList } from '../../../src/pki/revocation/block-list.ts';
import { parseCrl } from '../../../src/pki/revocation/crl.ts';
import { verifyCrl } from '../../../src/pki/revocation/trusted-crl.ts';
import { loadTrustStore } from '../../../src/pki/trust-store.ts';
import { PROFILES, chainOf, createAuthority, type Authority, type AuthorityId } from '../../authority/authority.ts';
import { revoke } from '../../authority/certificate-authority.ts';
import type { IssuedCertificate } from '../../authority/certificate.ts';
import { issueCrl } from '../../authority/crl.ts';
import { issueCitizenCertificate, type Issuance } from '../../authority/end-entity.ts';

/** A trust store as the product pins it, and cards below it. */
export interface CardWorld {
  readonly authority: Authority;
  readonly trust: TrustData;
  issueCard(issuance?: Issuance & { readonly issuer?: AuthorityId }): Promise<IssuedCertificate>;
  /** Revokes a card; known to the gateway at once. */
  revokeCard(card: IssuedCertificate, at: Date): void;
  /** Registers a card to an account, as a registrar would. */
  bindCard(context: GatewayContext, account: Account, card: IssuedCertificate): Promise<void>;
}

const PINNED = { 'grca-g2': 'anchor', 'moica-g2': 'intermediate' } as const;

/** @param origin where its CAs publish, as their certificates say */
export async function openCardWorld(origin = 'http://pki.test'): Promise<CardWorld> {
  const authority = await createAuthority({ origin });
  const files = new Map<string, Uint8Array>();
  const certificates = (['grca-g2', 'moica-g2'] as const).map(id => {
    const { certificate, keyPair } = authority.cas[id];
    files.set(`${id}.pem`, Buffer.from(certificate.pem));
    const parsed = new X509Certificate(certificate.pem);
    return {
      file: `${id}.pem`,
      role: PINNED[id],
      subject: parsed.subject.split('\n').join(', '),
      keyIdentifier: keyPair.keyIdentifier.toString('hex'),
      sha256: sha256(certificate.der),
      notBefore: PROFILES[id].notBefore,
      notAfter: PROFILES[id].notAfter,
      source: 'made for this test',
    };
  });
  const loaded = loadTrustStore({ certificates }, files);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
  const { trustStore } = loaded;

  const publish = () =>
    (['grca-g2', 'moica-g2'] as const).map(id => {
      const parsed = parseCrl(issueCrl(authority.cas[id], { thisUpdate: new Date(Date.now() - 60_000) }));
      const issuer = trustStore.findBySki(authority.cas[id].keyPair.keyIdentifier.toString('hex'));
      if (!parsed.ok || issuer === undefined) throw new Error('The CRL cannot be read.');
      const verified = verifyCrl(parsed.crl, issuer);
      if (!verified.ok) throw new Error(JSON.stringify(verified.failure));
      return verified.crl;
    });
  let crls = publish();

  return {
    authority,
    trust: {
      trustStore: () => trustStore,
      crls: () => crls,
      revocationPolicy: { require: 'every-certificate', graceMs: 0 },
      blockList: () => new BlockList(),
    },
    issueCard: ({ issuer = 'moica-g2', ...issuance } = {}) =>
      issueCitizenCertificate(
        chainOf(authority, issuer)[0],
        { name: '示範承辦員', serialNumber: '0000000123456789', idLastFour: '6789' },
        'sign',
        issuance,
      ),
    revokeCard(card, at) {
      revoke(authority.cas['moica-g2'], card.certificate.serialNumber, { at, reason: 'keyCompromise' });
      crls = publish();
    },
    async bindCard(context, account, card) {
      const { raw, publicKey, validTo } = new X509Certificate(card.certificate.pem);
      await context.database.change(async changes => {
        await changes.insertBinding({
          id: randomUUID(),
          accountId: account.id,
          issuerKeyIdentifier: authority.cas['moica-g2'].keyPair.keyIdentifier.toString('hex'),
          subjectSerialNumber: Buffer.from('0000000123456789', 'ascii').toString('hex'),
          spkiSha256: sha256(publicKey.export({ type: 'spki', format: 'der' })),
          certificateSha256: sha256(raw),
          certificateDer: raw,
          notAfter: new Date(validTo),
          boundAt: context.clock.now(),
        });
        const bound = composeEvent(context, 'certificate.bound', { actor: { kind: 'gateway' }, accountId: account.id });
        return { result: undefined, events: [bound] };
      });
    },
  };
}

/** What the component brings back: a PKCS#1 v1.5 signature over `tbs`, and the certificate. */
export function signWithCard(card: IssuedCertificate, tbs: string): { signature: string; certificate: string } {
  return {
    signature: sign('sha256', Buffer.from(tbs, 'ascii'), card.keyPair.privateKey).toString('base64'),
    certificate: card.certificate.der.toString('base64'),
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
