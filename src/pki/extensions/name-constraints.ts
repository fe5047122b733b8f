import { readGeneralName, type GeneralName } from '../general-name.ts';
import type { DerReader } from '../der/reader.ts';
import { isComparableBase } from '../name-subtrees.ts';
import { contextConstructed } from '../der/tags.ts';

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** NameConstraints (RFC 5280 section 4.2.1.10): at least one list; minimum is always 0 and maximum absent. */
export function readNameConstraints(reader: DerReader): NameConstraints {
  const sequence = reader.sequence();
  const permitted = readSubtrees(sequence.enterOptional(contextConstructed(0)));
  const excluded = readSubtrees(sequence.enterOptional(contextConstructed(1)));
  sequence.finish();
  if (permitted.length + excluded.length === 0) reader.invalid();
  return { permitted, excluded };
}

function readSubtrees(subtrees: DerReader | undefined): readonly GeneralName[] {
  if (subtrees === undefined) return [];
  const list: GeneralName[] = [];
  do {
    const subtree = subtrees.sequence();
    const base = readGeneralName(subtree);
    if (base.form === 'iPAddress') checkAddressAndMask(base.octets, subtree);
    if (!isComparableBase(base)) subtree.invalid();
    list.push(base);
    // minimum 0 is the default and not encoded in DER; any other value and any maximum are not allowed in this profile.
    subtree.finish();
  } while (!subtrees.isAtEnd);
  return list;
}

/** Address and mask of equal length, the mask a run of ones and then zeros, as in RFC 4632. */
function checkAddressAndMask(octets: Uint8Array, reader: DerReader): void {
  if (octets.length !== 8 && octets.length !== 32) reader.invalid();
  let bits = '';
  for (const octet of octets.subarray(octets.length / 2)) bits += octet.toString(2).padStart(8, '0');
  if (!/^1*0*$/.test(bits)) reader.invalid();
}
