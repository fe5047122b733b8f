// Takes random walks of logins, requests, ends, expiries, restarts, fail-overs and clocks set back on two nodes over a real
// Redis and PostgreSQL, in simulated time, and holds every answer against a model. Ends with 1 at the first that is wrong.
//
//   node scripts/soak/session-walks.ts [WALKS] [SEED]      1,000 with seed 1 unless told
import { parseArgs } from 'node:util';
import { takeWalks } from '../../test/contract/sessions-model/walks.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [walks, seed] = [Number(positionals[0] ?? 1_000), Number(positionals[1] ?? 1)];
console.log(JSON.stringify({ walks, seed, answers: await takeWalks(walks, seed) }));
