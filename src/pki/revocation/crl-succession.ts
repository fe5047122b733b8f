import { bytesEqual } from '../bytes.ts';
import type { TrustedCrl } from './trusted-crl.ts';

/** Why CRLs may not take the place of those in use. */
export type SuccessionFailure =
  /** One of them has a lower number, or was issued earlier, than the one that it would replace. */
  | 'older-than-the-one-in-use'
  /** One in use has no successor among them, and its nextUpdate has not passed. */
  | 'lacks-one-in-use';

/**
 * Whether the CRLs of one place may replace those that were there before: numbers and dates never go back (RFC 5280
 * section 5.2.3), and nothing that is still current is lost: without its delta, a complete CRL says "good" about what
 * was revoked since.
 *
 * @param next one file's CRLs, verified
 * @param held what was in use from the same place
 * @returns what keeps them from it; `undefined` if nothing does
 */
export function successionFailure(
  next: readonly TrustedCrl[],
  held: readonly TrustedCrl[],
  time: Date,
): SuccessionFailure | undefined {
  for (const before of held) {
    const successors = next.filter(each => isOfOneSeries(each, before));
    if (successors.some(each => isOlder(each, before))) return 'older-than-the-one-in-use';
    if (successors.length === 0 && time.getTime() < before.header.nextUpdate + 1000) return 'lacks-one-in-use';
  }
  return undefined;
}

/** One issuer, one key, one scope; complete and delta CRLs share their numbers but do not replace each other. */
function isOfOneSeries(a: TrustedCrl, b: TrustedCrl): boolean {
  if (a.isDelta !== b.isDelta || !a.header.issuer.equals(b.header.issuer)) return false;
  if (!a.signer.publicKey.equals(b.signer.publicKey)) return false;
  const [scope, otherScope] = [a.header.issuingDistributionPoint?.der, b.header.issuingDistributionPoint?.der];
  return scope === undefined || otherScope === undefined ? scope === otherScope : bytesEqual(scope, otherScope);
}

function isOlder(next: TrustedCrl, held: TrustedCrl): boolean {
  const [number, heldNumber] = [next.header.crlNumber, held.header.crlNumber];
  // A CA that once numbered its CRLs goes on doing so; one without a number cannot be shown to be newer.
  if (heldNumber !== undefined && (number === undefined || number < heldNumber)) return true;
  return next.header.thisUpdate < held.header.thisUpdate;
}
