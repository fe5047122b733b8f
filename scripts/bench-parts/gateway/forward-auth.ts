import type { ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from '../measure.ts';
import type { Row } from '../row.ts';
import { HOST } from './peer-configurations.ts';
import { cpuOfTrees, startNode, stop } from './processes.ts';
import type { ProxyTask } from './program.ts';

const ROUNDS = 5;
const LOAD_S = 2;
const WARM_UP_S = 3;
const BARE_ANSWER = 'bare 204 server';

/**
 * What a decision costs where a proxy asks for it, beside a server that says yes to everything: with the store in the same
 * process, and in a PostgreSQL that is not counted.
 *
 * @param database address of that PostgreSQL
 */
export async function benchForwardAuth(task: ProxyTask, database: string): Promise<readonly Row[]> {
  const ours = await startNode('forward-auth-ours.ts', task);
  const onPostgresql = await startNode('forward-auth-ours.ts', { ...task, database });
  const bare = await startNode('bare-answer.ts', task);
  const asked = [
    { program: ours, cookie: ours.cookie, figures: [] as number[] },
    { program: onPostgresql, cookie: onPostgresql.cookie, figures: [] as number[] },
    { program: bare, cookie: ours.cookie, figures: [] as number[] },
  ] as const;
  try {
    for (const { program, cookie } of asked) await cpuOfQuestions(program, cookie, WARM_UP_S);
    for (let round = 0; round < ROUNDS; round++) {
      for (const { program, cookie, figures } of asked) figures.push(await cpuOfQuestions(program, cookie, LOAD_S));
    }
    const [embedded, apart, yes] = asked.map(({ figures }) => median(figures));
    const row = {
      unit: 'µs CPU',
      peers: { [BARE_ANSWER]: yes ?? NaN },
      target: { kind: 'ratio', peer: BARE_ANSWER, atMost: 1.5 },
    } as const;
    return [
      { ...row, name: 'forward-auth decision, the store in the same process', ours: embedded ?? NaN },
      { ...row, name: 'the same, the store in a PostgreSQL that is not counted', ours: apart ?? NaN },
    ];
  } finally {
    for (const { program } of asked) await stop(program.child);
  }
}

/** CPU microseconds for each of the questions that 16 connections ask as nginx does, the same to both. */
async function cpuOfQuestions(
  { port, child }: { readonly port: number; readonly child: ChildProcess },
  cookie: string,
  seconds: number,
): Promise<number> {
  const fields = [
    `Cookie: ${cookie}`,
    `X-Original-URL: https://${HOST}/cases/17?of=2026`,
    'X-Original-Method: GET',
    'X-Forwarded-For: 192.0.2.1',
  ].flatMap(field => ['-H', field]);
  const roots = [child.pid ?? 0];
  const before = cpuOfTrees(roots);
  const flags = ['-t1', '-c16', `-d${seconds}s`, ...fields, `http://127.0.0.1:${port}/forward-auth/nginx`];
  const { stdout } = await promisify(execFile)('/usr/bin/wrk', flags);
  const questions = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (!(questions > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`A question failed: ${stdout}`);
  return (cpuOfTrees(roots) - before) / questions;
}
