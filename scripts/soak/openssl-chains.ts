// Judges generated chains beside `openssl verify` and says where the two differ.
//
//   node scripts/soak/openssl-chains.ts [CHAINS] [FIRST]      2,000 from number 0 unless told
import { parseArgs } from 'node:util';
import { differenceOf } from '../../test/conformance/openssl-differences.ts';
import {
  makeChainKeys,
  opensslAnswer,
  ourAnswer,
  questionOf,
  type Answer,
} from '../../test/conformance/openssl-chains.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [count, first] = [Number(positionals[0] ?? 2000), Number(positionals[1] ?? 0)];
const keys = await makeChainKeys();
const figures = {
  chains: 0,
  'both accept': 0,
  'both refuse': 0,
  'differ as listed': 0,
  'differ otherwise': 0,
  'not as made': 0,
};
const listed = new Map<string, number>();

const said = (answer: Answer) => (answer.holds ? 'accepted' : `refused (${answer.because})`);

async function compare(number: number): Promise<void> {
  const question = questionOf(number, keys);
  const [ours, theirs] = [ourAnswer(question), await opensslAnswer(question)];
  const story = `${number} ${question.mutation}: ours ${said(ours)}, openssl ${said(theirs)}`;
  figures.chains++;
  if (ours.holds !== (question.expected === 'holds')) {
    figures['not as made']++;
    console.log(`not as made: ${story}`);
  }
  if (ours.holds === theirs.holds) figures[ours.holds ? 'both accept' : 'both refuse']++;
  else if (differenceOf(question, ours) === undefined) {
    figures['differ otherwise']++;
    console.log(`differ: ${story}`);
  } else {
    figures['differ as listed']++;
    listed.set(question.mutation, (listed.get(question.mutation) ?? 0) + 1);
  }
}

// Two at a time: one waits for openssl while the other signs.
let next = first;
const worker = async (): Promise<void> => {
  for (let number = next++; number < first + count; number = next++) await compare(number);
};
await Promise.all([worker(), worker()]);
for (const [mutation, times] of listed) console.log(`as listed, ${times} times: ${mutation}`);
console.log(JSON.stringify(figures));
process.exitCode = figures['differ otherwise'] + figures['not as made'] === 0 ? 0 : 1;
