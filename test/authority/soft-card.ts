import { createHmac, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import type { Certificate, IssuedCertificate } from './certificate.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { bmpString, integer, nullValue, objectIdentifier, octetString, sequence, setOf, tagged } from './der.ts';
import { issueCitizenCertificate, type Holder, type Issuance } from './end-entity.ts';

/** What is on a card: key pairs with certificates, and the certificates above them. */
export interface Card {
  readonly sign?: IssuedCertificate;
  readonly encrypt?: IssuedCertificate;
  /** The issuing CA's certificate, then the root's. */
  readonly chain: readonly Certificate[];
}

/** A citizen card with both certificates; `issuance` applies to both (dates, defects). */
export async function issueCitizenCard(
  chain: readonly [CertificateAuthority, ...CertificateAuthority[]],
  holder: Holder,
  issuance: Omit<Issuance, 'keyUsage' | 'keyPair'> = {},
): Promise<Required<Card>> {
  const [issuer] = chain;
  const [sign, encrypt] = await Promise.all([
    issueCitizenCertificate(issuer, holder, 'sign', issuance),
    issueCitizenCertificate(issuer, holder, 'encrypt', issuance),
  ]);
  return { sign, encrypt, chain: chain.map(({ certificate }) => certificate) };
}

/** Labels and CKA_IDs of the real card, here friendlyName and localKeyId. */
const SLOTS = {
  sign: { friendlyName: 'cert1', localKeyId: 'SIGN' },
  encrypt: { friendlyName: 'cert2', localKeyId: 'KEYX' },
} as const;

const CHAIN_NAMES = ['CA Cert', 'ROOT CA Cert'] as const;

/** The count of OpenSSL 3's `pkcs12 -export`; a soft card stands for a test person's card and guards no secret. */
const MAC_ITERATIONS = 2048;

/**
 * The card as PKCS#12 (RFC 7292): certificates in the clear as on a real card, keys shrouded with
 * PBES2/AES-256-CBC, integrity by the password with HMAC-SHA-256.
 */
export function encodeSoftCard(card: Card, password: string): Buffer {
  const slots = (['sign', 'encrypt'] as const).flatMap(purpose => {
    const issued = card[purpose];
    return issued === undefined ? [] : [{ ...issued, attributes: bagAttributes(SLOTS[purpose]) }];
  });
  const certificateBags = [
    ...slots.map(({ certificate, attributes }) => certificateBag(certificate, attributes)),
    ...card.chain.map((certificate, index) =>
      certificateBag(certificate, bagAttributes({ friendlyName: CHAIN_NAMES[index] ?? `CA Cert ${index}` })),
    ),
  ];
  const keyBags = slots.map(({ keyPair, attributes }) => {
    const shrouded = keyPair.privateKey.export({
      type: 'pkcs8',
      format: 'der',
      cipher: 'aes-256-cbc',
      passphrase: password,
    });
    return bag(OIDS.pkcs8ShroudedKeyBag, shrouded, attributes);
  });
  const authenticatedSafe = sequence(data(sequence(...certificateBags)), data(sequence(...keyBags)));
  return sequence(integer(3), data(authenticatedSafe), macData(authenticatedSafe, password));
}

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  pkcs8ShroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** ContentInfo of type data. */
function data(content: Buffer): Buffer {
  return sequence(objectIdentifier(OIDS.data), tagged(0, octetString(content)));
}

function bag(type: string, value: Buffer, attributes: Buffer): Buffer {
  return sequence(objectIdentifier(type), tagged(0, value), attributes);
}

function certificateBag(certificate: Certificate, attributes: Buffer): Buffer {
  const certBag = sequence(objectIdentifier(OIDS.x509Certificate), tagged(0, octetString(certificate.der)));
  return bag(OIDS.certBag, certBag, attributes);
}

function bagAttributes(names: { friendlyName: string; localKeyId?: string }): Buffer {
  const attribute = (type: string, value: Buffer): Buffer => sequence(objectIdentifier(type), setOf(value));
  return setOf(
    attribute(OIDS.friendlyName, bmpString(names.friendlyName)),
    ...(names.localKeyId === undefined
      ? []
      : [attribute(OIDS.localKeyId, octetString(Buffer.from(names.localKeyId, 'latin1')))]),
  );
}

/** RFC 7292 Appendix B: the MAC key is derived with id 3; node:crypto has no such derivation, forge has. */
function macData(authenticatedSafe: Buffer, password: string): Buffer {
  const salt = randomBytes(8);
  const key = forge.pkcs12.generateKey(
    password,
    forge.util.createBuffer(salt.toString('binary')),
    3,
    MAC_ITERATIONS,
    32,
    forge.md.sha256.create(),
  );
  const mac = createHmac('sha256', Buffer.from(key.getBytes(), 'binary')).update(authenticatedSafe).digest();
  return sequence(
    sequence(sequence(objectIdentifier(OIDS.sha256), nullValue()), octetString(mac)),
    octetString(salt),
    integer(MAC_ITERATIONS),
  );
}
