// `scripts/bench`: figures of the product beside those of its peers, measured in one run. Only the ratios can be
// compared between machines.
import { Command } from 'commander';
import { benchGateway } from './gateway/bench-gateway.ts';
import { describeMachine } from './measure.ts';
import { benchPki } from './pki/bench-pki.ts';
import { tableOf, toJson, type Row } from './row.ts';
import { benchSessions } from './sessions/bench-sessions.ts';

const SECTIONS: Readonly<Record<string, (say: (text: string) => void) => Promise<readonly Row[]>>> = {
  pki: benchPki,
  gateway: benchGateway,
  sessions: benchSessions,
};

await new Command('scripts/bench')
  .description('Measures the product beside its peers and prints the ratios.')
  .argument('[sections...]', `what to measure: ${Object.keys(SECTIONS).join(', ')} (default: all)`)
  .option('--json', 'print {"rows":[…]} instead of a table')
  .action(run)
  .parseAsync();

async function run(wanted: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const unknown = wanted.find(name => !(name in SECTIONS));
  if (unknown !== undefined) {
    console.error(`There is no section ${unknown}; there are: ${Object.keys(SECTIONS).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  // What is going on goes to the standard error, so that --json can be piped.
  const say = (text: string): void => console.error(`${text} …`);
  const rows: Row[] = [];
  const machine = describeMachine();
  for (const [name, bench] of Object.entries(SECTIONS)) {
    if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await bench(say)));
  }
  console.log(json ? JSON.stringify({ rows: rows.map(toJson) }, null, 2) : `${machine}\n\n${tableOf(rows)}`);
}
