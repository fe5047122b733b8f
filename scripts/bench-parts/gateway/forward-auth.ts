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

/** What a decision costs where a proxy asks for it, beside a server that says yes to everything. */
export async function benchForwardAuth(task: ProxyTask): Promise<Row> {
  const ours = await startNode('forward-auth-ours.ts', task);
  const bare = await startNode('bare-answer.ts', task);
  const { cookie } = ours;
  try {
    await cpuOfQuestions(ours, cookie, WARM_UP_S);
    await cpuOfQuestions(bare, cookie, WARM_UP_S);
    const figures: { readonly ours: number[]; readonly bare: number[] } = { ours: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      figures.ours.push(await cpuOfQuestions(ours, cookie, LOAD_S));
      figures.bare.push(await cpuOfQuestions(bare, cookie, LOAD_S));
    }
    return {
      name: 'forward-auth decision',
      unit: 'µs CPU',
      ours: median(figures.ours),
      peers: { [BARE_ANSWER]: median(figures.bare) },
      target: { kind: 'ratio', peer: BARE_ANSWER, atMost: 1.5 },
    };
  } finally {
    for (const { child } of [ours, bare]) await stop(child);
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
