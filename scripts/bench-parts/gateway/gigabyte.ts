import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Row } from '../row.ts';
import { BARE, nodeContender, OURS, type Contender } from './contenders.ts';
import { HOST } from './peer-configurations.ts';
import { residentMebibytes, stop } from './processes.ts';
import { portOf, type ProxyTask } from './program.ts';

const CHUNK = Buffer.alloc(65_536, 'x');
const MEBIBYTE = 1_048_576;
const SIZE = 1024 * MEBIBYTE;
/** Before that a proxy has not even compiled what it runs. */
const WARM_UP = 128 * MEBIBYTE;

/** By how much the memory of a proxy grows at most while a gigabyte goes through it, up and then down. */
export async function benchGigabyte(task: Omit<ProxyTask, 'upstream'>): Promise<readonly Row[]> {
  const system = createServer((request, response) => {
    let received = 0;
    request.on('data', (chunk: Buffer) => (received += chunk.length));
    request.on('end', () => {
      const size = Number(request.headers['x-size'] ?? 0);
      if (request.method === 'POST') response.end(String(received));
      else contentOf(size).pipe(response);
    });
  });
  system.listen(0, '127.0.0.1');
  await once(system, 'listening');
  const withUpstream = { ...task, upstream: `http://127.0.0.1:${portOf(system.address())}` };
  const proxies = [
    await nodeContender(OURS, 'ours.ts', withUpstream),
    await nodeContender(BARE, 'bare-proxy.ts', withUpstream),
  ];
  try {
    const [ours, bare] = [await growthOf(proxies[0]), await growthOf(proxies[1])];
    return (['up', 'down'] as const).map(way => ({
      name: `1 GiB ${way}: growth of resident memory at its most`,
      unit: 'MiB',
      ours: ours[way],
      peers: { [BARE]: bare[way] },
      target: undefined,
    }));
  } finally {
    for (const { processes } of proxies) await Promise.all(processes.map(stop));
    system.closeAllConnections();
    system.close();
  }
}

async function growthOf(proxy: Contender | undefined): Promise<{ readonly up: number; readonly down: number }> {
  if (proxy === undefined) throw new Error('There are two.');
  const pid = proxy.processes[0]?.pid ?? 0;
  const pool = new Pool(`https://127.0.0.1:${proxy.port}`, {
    connect: { rejectUnauthorized: false, servername: HOST },
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  const transfer = async (method: 'GET' | 'POST', size: number): Promise<void> => {
    const headers = { host: HOST, cookie: proxy.cookie, origin: `https://${HOST}`, 'x-size': String(size) };
    const isUpload = method === 'POST';
    const { body, statusCode } = await pool.request({
      path: '/files/1',
      method,
      headers: isUpload ? { ...headers, 'content-length': String(size) } : headers,
      body: isUpload ? contentOf(size) : null,
    });
    let received = 0;
    let last = '';
    for await (const chunk of body as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (isUpload) last += chunk.toString('latin1');
    }
    const arrived = isUpload ? Number(last) : received;
    if (statusCode !== 200 || arrived !== size)
      throw new Error(`${proxy.name}: ${statusCode}, ${arrived} of ${size} bytes.`);
  };
  const measured = async (method: 'GET' | 'POST'): Promise<number> => {
    await transfer(method, WARM_UP);
    const before = residentMebibytes(pid);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentMebibytes(pid))), 20);
    await transfer(method, SIZE);
    clearInterval(watch);
    return most - before;
  };
  try {
    return { up: await measured('POST'), down: await measured('GET') };
  } finally {
    await pool.close();
  }
}

function contentOf(size: number): Readable {
  let left = size;
  return new Readable({
    highWaterMark: CHUNK.length,
    read() {
      const length = Math.min(left, CHUNK.length);
      left -= length;
      this.push(length === 0 ? null : CHUNK.subarray(0, length));
    },
  });
}
