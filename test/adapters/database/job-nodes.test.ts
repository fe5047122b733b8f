import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import type { Database } from '../../../src/flows/ports.ts';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.ts';

/** Nodes as processes of their own on one PostgreSQL. */

let postgres: PrivatePostgres;
let url: string;
let database: Database;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  url = await postgres.createDatabase();
  database = await openDatabase({ kind: 'postgresql', url, poolSize: 2 });
});

const nodes: Node[] = [];
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.kill();
  await database.close();
});

interface Node {
  readonly lines: readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Resolves once a line is `text`; rejects with what it said when it ends before. */
  says(text: string): Promise<void>;
  readonly gone: Promise<unknown>;
  kill(): Promise<void>;
}

function startNode(holder: string, steps: number): Node {
  const program = fileURLToPath(new URL('./job-node.ts', import.meta.url));
  const child = spawn(process.execPath, [program, url, holder, String(steps)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const gone = once(child, 'close');
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const output = createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  const node: Node = {
    lines,
    gone,
    signal: signal => void child.kill(signal),
    says: text =>
      new Promise((resolve, reject) => {
        if (lines.includes(text)) resolve();
        output.on('line', line => line === text && resolve());
        void gone.then(() => reject(new Error(`${holder} never said "${text}": ${lines.join(', ')} ${complaint}`)));
      }),
    kill: async () => {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await gone;
    },
  };
  nodes.push(node);
  return node;
}

/** Who made the steps, in the order in which they were committed. */
async function stepsByHolder(): Promise<string[]> {
  const events = await database.events.listEvents({ code: 'account.changed', limit: 1_000 });
  return events.toReversed().map(event => String(event.facts['holder']));
}
const completions = () => database.events.listEvents({ code: 'job.completed', limit: 10 });

test('three nodes at once do a job once', async () => {
  const all = ['a', 'b', 'c'].map(holder => startNode(holder, 30));
  await Promise.all(all.map(node => node.gone));
  const holders = await stepsByHolder();
  expect(holders).toHaveLength(30);
  expect(new Set(holders).size).toBe(1);
  expect(await completions()).toHaveLength(1);
});

test('a node that is killed at work is succeeded by another, which does the whole job', async () => {
  const first = startNode('a', 1_000);
  await first.says('step 5');
  await first.kill();
  const second = startNode('b', 20);
  await second.says('completed');
  const holders = await stepsByHolder();
  expect(holders.filter(holder => holder === 'b')).toHaveLength(20);
  expect(holders.lastIndexOf('a')).toBeLessThan(holders.indexOf('b'));
  expect(await completions()).toMatchObject([{ facts: { holder: 'b' } }]);
  expect((await database.operations.listJobs())[0]).toMatchObject({ holder: 'b', fence: 2 });
});

test('a node that slept through its lease writes nothing more when it wakes', async () => {
  const sleeper = startNode('a', 1_000);
  await sleeper.says('step 5');
  sleeper.signal('SIGSTOP');
  const second = startNode('b', 20);
  await second.says('completed');
  sleeper.signal('SIGCONT');
  await sleeper.says('lost');
  const holders = await stepsByHolder();
  expect(holders.lastIndexOf('a')).toBeLessThan(holders.indexOf('b'));
  expect(await completions()).toMatchObject([{ facts: { holder: 'b' } }]);
});
