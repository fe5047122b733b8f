import { expect, test } from 'vitest';
import { takeWalks } from './sessions-model/walks.ts';

/** A sample, the same in each run; `scripts/soak/session-walks.ts` takes others. */
const WALKS = 25;
const SEED = 20_261_123;

test(
  'whatever happens on two nodes, two seconds after its end no session is served, and before it every one is',
  { timeout: 240_000 },
  async () => {
    const sums = await takeWalks(WALKS, SEED);
    // walks on which nothing happens show nothing
    expect(sums.alive).toBeGreaterThan(WALKS);
    expect(sums.over).toBeGreaterThan(WALKS);
    expect(sums.refused).toBeGreaterThan(0);
  },
);
