import forge from 'node-forge';

/** CertID (RFC 6960 §4.1.1) as it was asked, with its own bytes for the echo. */
export interface CertId {
  readonly der: Buffer;
  /** OID of the hash over the issuer's name and key. */
  readonly hashAlgorithm: string;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  /** Upper-case hexadecimal of the positive number. */
  readonly serialNumber: string;
}

export interface OcspRequest {
  readonly certIds: readonly CertId[];
  /** Complete DER of the nonce extension's value (an OCTET STRING as a rule), echoed as it came. */
  readonly nonce?: Buffer;
}

const NONCE = '1.3.6.1.5.5.7.48.1.2';

/**
 * Reads an OCSPRequest (RFC 6960 §4.1.1); signatures on requests are not looked at.
 *
 * @returns `null` where the bytes are no request: the responder answers malformedRequest
 */
export function parseOcspRequest(der: Buffer): OcspRequest | null {
  let request: forge.asn1.Asn1;
  try {
    request = forge.asn1.fromDer(der.toString('binary'));
  } catch {
    return null; // forge reports bad DER by throwing plain errors; there is nothing to tell apart
  }
  const tbsRequest = children(request)[0];
  if (tbsRequest === undefined) return null;
  const requestList = children(tbsRequest).find(isUniversalSequence);
  if (requestList === undefined) return null;
  const certIds = children(requestList).map(single => certIdOf(children(single)[0]));
  if (certIds.length === 0 || certIds.some(certId => certId === null)) return null;
  const nonce = nonceOf(tbsRequest);
  return { certIds: certIds.filter(certId => certId !== null), ...(nonce === null ? {} : { nonce }) };
}

function certIdOf(node: forge.asn1.Asn1 | undefined): CertId | null {
  if (node === undefined) return null;
  const [algorithm, nameHash, keyHash, serial] = children(node);
  const hash = algorithm === undefined ? undefined : children(algorithm)[0];
  if (hash === undefined || nameHash === undefined || keyHash === undefined || serial === undefined) return null;
  return {
    der: Buffer.from(forge.asn1.toDer(node).getBytes(), 'binary'),
    hashAlgorithm: forge.asn1.derToOid(primitive(hash).toString('binary')),
    issuerNameHash: primitive(nameHash),
    issuerKeyHash: primitive(keyHash),
    serialNumber: withoutSignOctet(primitive(serial)).toString('hex').toUpperCase(),
  };
}

function nonceOf(tbsRequest: forge.asn1.Asn1): Buffer | null {
  const requestExtensions = children(tbsRequest).find(
    child => child.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC && (child.type as number) === 2,
  );
  const list = requestExtensions === undefined ? undefined : children(requestExtensions)[0];
  for (const extension of list === undefined ? [] : children(list)) {
    const parts = children(extension);
    const [oid, value] = [parts[0], parts.at(-1)];
    if (oid === undefined || value === undefined) continue;
    if (forge.asn1.derToOid(primitive(oid).toString('binary')) === NONCE) return primitive(value);
  }
  return null;
}

function isUniversalSequence(node: forge.asn1.Asn1): boolean {
  return node.tagClass === forge.asn1.Class.UNIVERSAL && node.type === forge.asn1.Type.SEQUENCE;
}

function children(node: forge.asn1.Asn1): readonly forge.asn1.Asn1[] {
  return Array.isArray(node.value) ? node.value : [];
}

/**
 * Content octets. forge reads an OCTET STRING that happens to hold DER as a composed value;
 * then the octets are its elements written again.
 */
function primitive(node: forge.asn1.Asn1): Buffer {
  const value = Array.isArray(node.value)
    ? node.value.map(child => forge.asn1.toDer(child).getBytes()).join('')
    : node.value;
  return Buffer.from(value, 'binary');
}

function withoutSignOctet(bytes: Buffer): Buffer {
  return bytes.length > 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes;
}
