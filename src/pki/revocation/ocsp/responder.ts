import { createHash } from 'node:crypto';
import { bytesEqual } from '../../bytes.ts';
import type { Certificate } from '../../certificate.ts';
import { defaultPathInputs } from '../../certification-path/path-inputs.ts';
import { validatePath, type ValidatedPath } from '../../certification-path/validate.ts';
import type { WorkBudget } from '../../certification-path/work-budget.ts';
import { OCSP } from '../../object-identifiers.ts';
import type { ResponderId } from './response.ts';

/** Whether a responder that calls itself so is the subject of this certificate (RFC 6960 section 4.2.1). */
export function isResponder(responderId: ResponderId, certificate: Certificate): boolean {
  if ('name' in responderId) return certificate.subject.equals(responderId.name);
  const keyHash = createHash('sha1').update(certificate.publicKey.subjectPublicKey).digest();
  return bytesEqual(responderId.keyHash, keyHash);
}

export interface Delegation {
  /** The path on which the certificate in question stands, and its index there. */
  readonly path: ValidatedPath;
  readonly index: number;
  readonly time: Date;
  readonly budget: WorkBudget;
}

export type DelegationVerdict =
  { readonly ok: true; readonly path: ValidatedPath } | { readonly ok: false; readonly because: string };

/**
 * Whether the CA of a certificate has delegated the signing of OCSP answers about it to this responder (RFC 6960
 * section 4.2.2.2): a certificate that the same key issued directly, valid now like any other below the same anchor,
 * with id-kp-OCSPSigning spelled out. Whether it was revoked since is the caller's question.
 *
 * @returns the responder's own path, or the code of what is wrong with it
 */
export function judgeDelegation(responder: Certificate, { path, index, time, budget }: Delegation): DelegationVerdict {
  const { extendedKeyUsage, keyUsage } = responder.extensions;
  // anyExtendedKeyUsage is not enough: the delegation must be explicit.
  const isForOcsp = extendedKeyUsage?.includes(OCSP.signingPurpose) === true;
  if (!isForOcsp) return { ok: false, because: 'extended-key-usage-not-allowed' };
  // RFC 5280 section 4.2.1.12: the bits that go with the purpose.
  const maySign = keyUsage === undefined || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
  if (!maySign) return { ok: false, because: 'key-usage-not-allowed' };
  // An extended key usage of the CA itself says nothing here: the RFC asks for the purpose in the responder's alone, and
  // CAs for TLS delegate without having it.
  const inputs = { ...defaultPathInputs(time), algorithms: path.inputs.algorithms };
  const verdict = validatePath(path.anchor, [...path.certificates.slice(0, index), responder], inputs, budget);
  return verdict.ok ? verdict : { ok: false, because: verdict.failure.code };
}
