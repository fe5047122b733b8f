import fc from 'fast-check';
import type { AuthenticationMethod } from '../../../src/sessions/session.ts';

/** What somebody does. Sessions and accounts are named by a number that is taken modulo what there is. */
export type Act =
  | { readonly kind: 'log-in'; readonly node: number; readonly account: number; readonly method: AuthenticationMethod }
  | { readonly kind: 'ask'; readonly node: number; readonly session: number; readonly touch: boolean }
  | { readonly kind: 'end'; readonly node: number; readonly session: number }
  | { readonly kind: 'end-account'; readonly node: number; readonly account: number };

/** What may happen next; a race is of acts that are under way at the same time. */
export type Step =
  | Act
  | { readonly kind: 'race'; readonly acts: readonly Act[] }
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'blind'; readonly node: number; readonly isBlind: boolean }
  | { readonly kind: 'database'; readonly isAway: boolean }
  | { readonly kind: 'restart'; readonly node: number }
  | { readonly kind: 'replicate' }
  | { readonly kind: 'fail-over' }
  | { readonly kind: 'redis-back'; readonly milliseconds: number };

const node = fc.integer({ min: 0, max: 1 });
const method = fc.constantFrom<AuthenticationMethod>('card', 'card-tls', 'one-day-password');

/** Acts on so many things; fewer of them meet more often. */
function acts(things: number): fc.WeightedArbitrary<Act>[] {
  const one = fc.nat(things);
  return [
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('log-in'), node, account: one, method }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('ask'), node, session: one, touch: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('end'), node, session: one }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end-account'), node, account: one }) },
  ];
}

const milliseconds = fc.constantFrom(1, 400, 999, 1_000, 1_001, 2_000, 2_001, 9_500, 19_999, 20_000, 20_001);
const racing = fc.array(fc.oneof(...acts(2)), { minLength: 2, maxLength: 5, size: 'max' });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    ...acts(1_000),
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('race'), acts: racing }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass'), milliseconds }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('blind'), node, isBlind: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('database'), isAway: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), node }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('replicate') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail-over') }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('redis-back'), milliseconds: fc.constantFrom(500, 3_000, 3_600_000) }),
    },
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);
