import { beforeAll, expect, test } from 'vitest';
import { MUTATION_NAMES } from './chain-mutations.ts';
import { makeChainKeys, opensslAnswer, ourAnswer, questionOf, type ChainKeys } from './openssl-chains.ts';
import { differenceOf } from './openssl-differences.ts';

let keys: ChainKeys;
beforeAll(async () => {
  keys = await makeChainKeys();
});

/** One question for each mutation; `scripts/soak/openssl-chains.ts` asks thousands. */
test.each([...MUTATION_NAMES.entries()])('chain %i, %s: judged as made, and as OpenSSL judges it', async number => {
  const question = questionOf(number, keys);
  const ours = ourAnswer(question);
  expect(ours).toMatchObject({ holds: question.expected === 'holds' });
  const theirs = await opensslAnswer(question);
  expect(ours.holds === theirs.holds || differenceOf(question, ours) !== undefined).toBe(true);
});
