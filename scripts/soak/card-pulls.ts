// Pulls a virtual card while the card agent signs with it, behind a real pcscd and OpenSC, and prints what became of
// each signature. Ends with 1 when one took longer than the agent's deadline, was answered by an unexpected code, or
// left the card unusable.
//
//   node scripts/soak/card-pulls.ts [PULLS] [SEED]      50 with seed 1 unless told
import { parseArgs } from 'node:util';
import { chainOf, createAuthority } from '../../test/authority/authority.ts';
import { issueCitizenCard } from '../../test/authority/soft-card.ts';
import { PAGE, startAgentProcess } from '../../test/card-agent/agent-process.ts';
import { pullOnce, seededRandom, type Pull } from '../../test/card-agent/card-pulls.ts';
import { virtualCardOf } from '../../test/support/virtual-card/card-content.ts';
import { OPENSC_MODULE, startVirtualReader } from '../../test/support/virtual-card/virtual-reader.ts';

const DEADLINE_MS = 3_000;
/** Killing the module's process and two requests over HTTP, on a machine that does other things too. */
const ALLOWANCE_MS = 250;
const MEANING: Readonly<Record<number, string>> = {
  0: 'signed before the card was gone',
  0x76000006: 'no card',
  0x7600000d: 'deadline: OpenSC dead-locked',
};
const PIN = '246810';

const { positionals } = parseArgs({ allowPositionals: true });
const [count, seed] = [Number(positionals[0] ?? 50), Number(positionals[1] ?? 1)];

const authority = await createAuthority({ origin: 'http://127.0.0.1:8089' });
const holder = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };
const card = virtualCardOf(await issueCitizenCard(chainOf(authority, 'moica-g2'), holder), { pin: PIN });
const reader = await startVirtualReader();
await reader.insert(card);
const options = ['--allow-origin', PAGE, '--deadline-ms', String(DEADLINE_MS)];
const agent = await startAgentProcess(['--pkcs11-module', OPENSC_MODULE, ...options], { env: reader.environment });

const random = seededRandom(seed);
const pulls: Pull[] = [];
for (let done = 0; done < count; done++) {
  const pull = await pullOnce({ agent, reader, card, pin: PIN }, random);
  pulls.push(pull);
  console.log(JSON.stringify(pull));
}
const { pinTriesLeft } = await reader.stateOf(card);
await agent.stop();
await reader.stop();

const longest = (figure: (pull: Pull) => number): number => Math.round(Math.max(...pulls.map(figure)));
const outcomes = Map.groupBy(pulls, ({ retCode }) => MEANING[retCode] ?? `unexpected 0x${retCode.toString(16)}`);
const figures = {
  pulls: pulls.length,
  outcomes: Object.fromEntries([...outcomes].map(([meaning, of]) => [meaning, of.length])),
  'signed afterwards': pulls.filter(({ retCodeAfterwards }) => retCodeAfterwards === 0).length,
  'deadline (ms)': DEADLINE_MS,
  'longest answer (ms)': longest(({ milliseconds }) => milliseconds),
  'longest answer of another page meanwhile (ms)': longest(({ homePageMilliseconds }) => homePageMilliseconds),
  'PIN tries left': pinTriesLeft,
};
console.log(JSON.stringify(figures, undefined, 2));
const isGood =
  pulls.every(({ retCode }) => retCode in MEANING) &&
  figures['signed afterwards'] === count &&
  figures['longest answer (ms)'] <= DEADLINE_MS + ALLOWANCE_MS;
process.exitCode = isGood ? 0 : 1;
