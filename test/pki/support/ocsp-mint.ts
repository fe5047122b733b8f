import { certIdOf, signOcspResponse, type OcspResponseTemplate } from '../../authority/ocsp-response.ts';
import { octetString } from '../../authority/der.ts';
import { EXTENSION_OIDS, extendedKeyUsage, keyUsage, ocspNoCheck } from '../../authority/extensions.ts';
import { TIME, mintLeaf, named, type Minted, type Minting } from './mint.ts';

export const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
export const NONCE = Buffer.alloc(32, 7);

const HOUR_MS = 3_600_000;

/** The instant of judgement, so many hours later. */
export const hours = (count: number): Date => new Date(TIME.getTime() + count * HOUR_MS);

type Single = OcspResponseTemplate['responses'][number];

/** CertID of a minted certificate, as a responder writes it. */
export function certIdFor(issuer: Minted, leaf: Minted, hash: 'sha1' | 'sha256' = 'sha1'): Buffer {
  const serialNumber = Buffer.from(leaf.certificate.serialNumber).toString('hex');
  return certIdOf({ certificate: asIssued(issuer), keyPair: issuer.keyPair }, serialNumber, hash);
}

/** "good", an hour old, for eleven more. */
export function single(issuer: Minted, leaf: Minted, changes: Partial<Single> = {}): Single {
  return {
    certId: certIdFor(issuer, leaf),
    status: { status: 'good' },
    thisUpdate: hours(-1),
    nextUpdate: hours(11),
    ...changes,
  };
}

/** An answer of `issuer` about `leaf`, signed by the issuer itself or by whom `changes` say. */
export function mintOcsp(issuer: Minted, leaf: Minted, changes: Partial<OcspResponseTemplate> = {}): Buffer {
  return signOcspResponse({
    responderId: { byKey: (changes.signingKey ?? issuer.keyPair).keyIdentifier },
    producedAt: hours(-1),
    responses: [single(issuer, leaf)],
    extensions: [{ oid: EXTENSION_OIDS.ocspNonce, critical: false, value: octetString(NONCE) }],
    digest: 'sha256',
    signingKey: issuer.keyPair,
    certificates: [],
    ...changes,
  });
}

/** A delegated responder of this CA, nocheck unless told otherwise. */
export function mintResponder(issuer: Minted, minting: Minting = {}): Promise<Minted> {
  const extensions = [extendedKeyUsage([OCSP_SIGNING]), keyUsage(['digitalSignature']), ocspNoCheck()];
  const replaced = new Set([...(minting.extensions ?? []).map(({ oid }) => oid), ...(minting.without ?? [])]);
  const kept = extensions.filter(({ oid }) => !replaced.has(oid));
  return mintLeaf(issuer, {
    name: named('Responder'),
    ...minting,
    extensions: [...kept, ...(minting.extensions ?? [])],
  });
}

/** Signed by a responder, whose certificate comes along. */
export function signedBy(responder: Minted): Partial<OcspResponseTemplate> {
  return { signingKey: responder.keyPair, certificates: [asIssued(responder)] };
}

export function asIssued({ der, pem, name, certificate }: Minted): OcspResponseTemplate['certificates'][number] {
  return { der, pem, subject: name, serialNumber: Buffer.from(certificate.serialNumber).toString('hex') };
}
