import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Pool } from 'undici';
import { quantile } from '../measure.ts';
import type { Contender } from './contenders.ts';
import { HOST, NAME_DIALLED } from './peer-configurations.ts';
import { cpuOfTrees } from './processes.ts';

const CONNECTIONS = 16;

/** Requests a second of the open load: what hurries nobody, so that waiting is the proxy's own doing. */
const PER_SECOND = 250;

/** CPU microseconds for each of the requests that 16 connections ask one after the other. */
export async function cpuOfRequests(contender: Contender, seconds: number): Promise<number> {
  const { port, cookie, processes, beside = [] } = contender;
  const roots = [...processes.map(child => child.pid ?? 0), ...beside];
  const before = cpuOfTrees(roots);
  const fields = ['-H', `Host: ${HOST}`, ...(cookie === '' ? [] : ['-H', `Cookie: ${cookie}`])];
  const flags = [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    ...fields,
    `https://${NAME_DIALLED}:${port}/cases/17?of=2026`,
  ];
  const { stdout } = await promisify(execFile)('/usr/bin/wrk', flags);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (!(requests > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`${contender.name} failed: ${stdout}`);
  return (cpuOfTrees(roots) - before) / requests;
}

/** Milliseconds that somebody waits, counted from the moment at which the request was due. */
export interface Waiting {
  readonly p50: number;
  readonly p99: number;
}

/** Requests begin when they are due, whatever has become of those before. */
export async function waitUnderOpenLoad(contender: Contender, seconds: number): Promise<Waiting> {
  const { port, cookie, name } = contender;
  const pool = new Pool(`https://127.0.0.1:${port}`, {
    connections: 64,
    connect: { rejectUnauthorized: false, servername: HOST },
  });
  const headers = { host: HOST, ...(cookie === '' ? {} : { cookie }) };
  const ask = async (dueMs: number): Promise<number> => {
    const answer = await pool.request({ path: '/cases/17?of=2026', method: 'GET', headers });
    const content = await answer.body.text();
    if (answer.statusCode !== 200 || content.length !== 1024) throw new Error(`${name} answered ${answer.statusCode}.`);
    return performance.now() - dueMs;
  };
  try {
    // Handshakes are not what is measured.
    await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(performance.now())));
    const waits: Promise<number>[] = [];
    const start = performance.now();
    for (let n = 0; n < seconds * PER_SECOND; n++) {
      const dueMs = start + (n * 1000) / PER_SECOND;
      const restMs = dueMs - performance.now();
      if (restMs > 0) await new Promise(resolve => setTimeout(resolve, restMs));
      waits.push(ask(dueMs));
    }
    const all = await Promise.all(waits);
    return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
  } finally {
    await pool.close();
  }
}
