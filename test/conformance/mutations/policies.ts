import { certificatePolicies } from '../../authority/extensions.ts';
import { drop, inhibitAnyPolicy, POLICIES, policyMapping, put, requireExplicitPolicy } from '../chain-model.ts';
import type { Mutation, Subject } from './mutation.ts';

const [A, B, C] = POLICIES;
const ANY_POLICY = '2.5.29.32.0';

function demandPolicy({ chain }: Subject, ...accepted: string[]): void {
  Object.assign(chain.inputs, { explicit: true, initialPolicies: accepted, inhibitAny: false, inhibitMapping: false });
  for (const part of chain.parts.slice(1)) put(part, certificatePolicies([A]));
}

/** Certificate policies. */
export const POLICY_MUTATIONS = {
  'the policy asked for': subject => (demandPolicy(subject, A), 'holds'),
  'another policy than asked for': subject => (demandPolicy(subject, B), 'breaks'),
  'one of the policies asked for': subject => (demandPolicy(subject, C, A), 'holds'),
  'leaf of another policy': subject => {
    demandPolicy(subject);
    put(subject.leaf, certificatePolicies([B]));
    return 'breaks';
  },
  'leaf without policy': subject => (demandPolicy(subject), drop(subject.leaf, '2.5.29.32'), 'breaks'),
  'leaf of any policy': subject => (
    demandPolicy(subject, A),
    put(subject.leaf, certificatePolicies([ANY_POLICY])),
    'holds'
  ),
  'leaf of any policy, inhibited by its CA': subject => {
    demandPolicy(subject, A);
    put(subject.leaf, certificatePolicies([ANY_POLICY]));
    put(subject.ca, inhibitAnyPolicy(0));
    return 'breaks';
  },
  'CA of any policy, inhibited from the start': subject => {
    demandPolicy(subject, A);
    put(subject.upper, certificatePolicies([ANY_POLICY]));
    subject.chain.inputs.inhibitAny = true;
    return 'breaks';
  },
  'policy mapped': subject => {
    demandPolicy(subject, A);
    put(subject.ca, policyMapping(A, B));
    put(subject.leaf, certificatePolicies([B]));
    return 'holds';
  },
  'policy mapped, inhibited': subject => {
    demandPolicy(subject, A);
    put(subject.ca, policyMapping(A, B));
    put(subject.leaf, certificatePolicies([B]));
    subject.chain.inputs.inhibitMapping = true;
    return 'breaks';
  },
  'policy mapped away': subject => (demandPolicy(subject, A), put(subject.ca, policyMapping(A, B)), 'breaks'),
  'policy mapped to any': subject => {
    demandPolicy(subject);
    subject.chain.inputs.explicit = false;
    put(subject.ca, policyMapping(A, ANY_POLICY));
    return 'breaks';
  },
  'explicit policy required by a CA': ({ chain, ca, leaf }) => {
    put(ca, requireExplicitPolicy(0));
    for (const part of chain.parts) drop(part, '2.5.29.32');
    put(leaf, certificatePolicies([A]));
    return 'breaks';
  },
} satisfies Record<string, Mutation>;
