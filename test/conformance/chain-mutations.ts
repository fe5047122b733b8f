import type { Chain } from './chain-model.ts';
import { CERTIFICATE_MUTATIONS } from './mutations/certificates.ts';
import type { SpareKeys } from './mutations/mutation.ts';
import { NAME_MUTATIONS } from './mutations/names.ts';
import { POLICY_MUTATIONS } from './mutations/policies.ts';
import { REVOCATION_MUTATIONS } from './mutations/revocation.ts';
import type { Seeded } from './seeded.ts';

const MUTATIONS = { ...CERTIFICATE_MUTATIONS, ...NAME_MUTATIONS, ...POLICY_MUTATIONS, ...REVOCATION_MUTATIONS };

export type MutationName = keyof typeof MUTATIONS;

export const MUTATION_NAMES = Object.keys(MUTATIONS) as MutationName[];

/** Applies the mutation of this name; `undefined` where the chain has no CA to work on. */
export function mutate(
  name: MutationName,
  chain: Chain,
  spare: SpareKeys,
  random: Seeded,
): 'holds' | 'breaks' | undefined {
  const [anchor, upper] = chain.parts;
  const [ca, leaf] = chain.parts.slice(-2);
  const anchorList = chain.lists[0];
  const caList = chain.lists.at(-1);
  if (chain.parts.length < 3 || anchor === undefined || upper === undefined || ca === undefined) return undefined;
  if (leaf === undefined || anchorList === undefined || caList === undefined) return undefined;
  return MUTATIONS[name]({ chain, anchor, upper, ca, leaf, anchorList, caList, spare, random });
}
