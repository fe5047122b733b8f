import type { CertificateAuthority, CertificateStatus, Publication } from './certificate-authority.ts';
import { selfSignedRoot, subordinateCa, type CaProfile } from './government-ca.ts';
import { generateRsaKeyPair, type KeyPair } from './key-pair.ts';
import { CA_NAMES } from './names.ts';
import { issueOcspResponder } from './ocsp-responder.ts';

/**
 * A public-key infrastructure with the shape of the government's: three root generations (the first two of one name),
 * three generations of the citizen CA of one name, and two sibling CAs whose cards look alike and must be refused.
 */
export interface Authority {
  /** Where the addresses in its certificates point, for example `http://127.0.0.1:8089`. */
  readonly origin: string;
  readonly cas: Readonly<Record<AuthorityId, CertificateAuthority>>;
}

export type AuthorityId = keyof typeof PROFILES;

/** Names and terms of the real CAs. MOICA G1 ended in 2023; moeaca and gca stand for the wrong card family. */
export const PROFILES = {
  'grca-g1': profile(CA_NAMES.grca, 1, null, '2002-12-05T13:23:33Z', '2032-12-05T13:23:33Z'),
  'grca-g2': profile(CA_NAMES.grca, 2, null, '2012-09-28T08:58:51Z', '2037-12-31T15:59:59Z'),
  'grca-g3': profile(CA_NAMES.grcaG3, 3, null, '2022-06-07T02:33:20Z', '2049-12-31T15:59:59Z'),
  'moica-g1': profile(CA_NAMES.moica, 1, 'grca-g1', '2003-04-21T09:12:51Z', '2023-04-21T09:12:51Z'),
  'moica-g2': profile(CA_NAMES.moica, 2, 'grca-g2', '2014-01-02T06:31:04Z', '2034-01-02T06:31:04Z'),
  'moica-g3': profile(CA_NAMES.moica, 3, 'grca-g3', '2024-01-23T03:12:00Z', '2044-01-23T03:12:00Z'),
  'moeaca-g2': profile(CA_NAMES.moeaca, 2, 'grca-g2', '2013-01-31T03:32:00Z', '2033-01-31T03:32:00Z'),
  'gca-g2': profile(CA_NAMES.gca, 2, 'grca-g2', '2013-01-31T03:32:00Z', '2033-01-31T03:32:00Z'),
} as const;

type RootId = 'grca-g1' | 'grca-g2' | 'grca-g3';

function profile(
  name: Buffer,
  generation: CaProfile['generation'],
  root: RootId | null,
  notBefore: string,
  notAfter: string,
): CaProfile & { readonly root: RootId | null } {
  return { name, generation, root, notBefore, notAfter };
}

/**
 * Makes a whole hierarchy with fresh keys.
 *
 * @param options.origin scheme, host and port of the CRL, CA certificate and OCSP addresses written into certificates
 * @param options.keyBits 2048 unless told; the real roots and the third generation have 4096, which takes seconds
 */
export async function createAuthority(options: {
  readonly origin: string;
  readonly keyBits?: number;
}): Promise<Authority> {
  const ids = Object.keys(PROFILES) as AuthorityId[];
  const keyPairs = await Promise.all(ids.map(() => generateRsaKeyPair(options.keyBits ?? 2048)));
  const keys = Object.fromEntries(ids.map((id, index) => [id, keyPairs[index]!])) as Record<AuthorityId, KeyPair>;
  const entries = await Promise.all(ids.map(async id => [id, await certify(id, keys, options.origin)] as const));
  const cas = Object.fromEntries(entries) as Record<AuthorityId, CertificateAuthority>;
  for (const id of ids) {
    const { root } = PROFILES[id];
    if (root !== null) cas[root].statuses.set(cas[id].certificate.serialNumber, { status: 'good' });
  }
  return { origin: options.origin, cas };
}

async function certify(
  id: AuthorityId,
  keys: Readonly<Record<AuthorityId, KeyPair>>,
  origin: string,
): Promise<CertificateAuthority> {
  const ca = PROFILES[id];
  const keyPair = keys[id];
  const certificate =
    ca.root === null
      ? selfSignedRoot(ca, keyPair)
      : subordinateCa(ca, keyPair, {
          name: PROFILES[ca.root].name,
          keyPair: keys[ca.root],
          publication: publicationOf(ca.root, origin),
        });
  const unfinished = {
    id,
    keyPair,
    certificate,
    publication: publicationOf(id, origin),
    statuses: new Map<string, CertificateStatus>(),
  };
  return { ...unfinished, responder: await issueOcspResponder(unfinished) };
}

/** The real paths under our origin; OCSP of all CAs has one address, as requests name the issuer by its key. */
export function publicationOf(id: AuthorityId, origin: string): Publication {
  const { generation } = PROFILES[id];
  const ocsp = `${origin}/OCSP`;
  const complete = (path: string) => ({ address: `${origin}${path}`, scope: 'complete' as const });
  switch (id) {
    case 'grca-g1':
    case 'grca-g2':
    case 'grca-g3':
      return {
        crls: [complete(`/repository/${['CRL', 'CRL2', 'CRL3'][generation - 1]!}/CA.crl`)],
        caIssuers: `${origin}/repository/Certs/${generation === 3 ? 'GRCAG3.crt' : `${id}/IssuedToThisCA.p7b`}`,
        ocsp,
      };
    case 'moica-g2':
      return {
        crls: [{ address: `${origin}/crl/MOICA-10-31.crl`, scope: 'partition' }, complete('/crl/MOICA-complete.crl')],
        caIssuers: `${origin}/repository/Certs/${id}/IssuedToThisCA.p7b`,
        ocsp,
      };
    case 'moica-g1':
    case 'moica-g3':
    case 'moeaca-g2':
    case 'gca-g2':
      return {
        crls: [complete(`/crl/${id.toUpperCase()}-complete.crl`)],
        caIssuers: `${origin}/repository/Certs/${id}/IssuedToThisCA.p7b`,
        ocsp,
      };
  }
}

/** The CAs above an end entity of this CA: itself, then its root. */
export function chainOf(
  authority: Authority,
  id: AuthorityId,
): readonly [CertificateAuthority, ...CertificateAuthority[]] {
  const { root } = PROFILES[id];
  const own = authority.cas[id];
  return root === null ? [own] : [own, authority.cas[root]];
}
