import type { Row } from '../row.ts';
import { benchInProcess } from './in-process.ts';
import { benchInRedis } from './in-redis.ts';

/** The rows of DESIGN about 100,000 live sessions, for the store of one node and for the one that nodes share. */
export async function benchSessions(say: (text: string) => void): Promise<readonly Row[]> {
  say('100,000 sessions in the process');
  const inProcess = await benchInProcess();
  say('100,000 sessions in Redis');
  const inRedis = await benchInRedis();
  return [...inProcess, ...inRedis];
}
