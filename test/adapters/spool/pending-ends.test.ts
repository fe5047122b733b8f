import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPendingEnds } from '../../../src/adapters/spool/pending-ends.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { aPendingEnd } from './pending-end.ts';

let folder: string;
let file: string;
let told: number[];
let unkept: [count: number, problem: unknown][];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-spool-'));
  file = join(folder, 'pending-ends.jsonl');
  told = [];
  unkept = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openSpool = () =>
  openPendingEnds({
    folder,
    onBroken: count => told.push(count),
    onUnkept: (ends, problem) => unkept.push([ends.length, problem]),
  });

describe('ends that wait for the database, on disk', () => {
  test('come back as they were kept, oldest first, also to another process', async () => {
    const ends = [aPendingEnd(), aPendingEnd(), aPendingEnd()];
    const spool = openSpool();
    expect(await spool.list()).toEqual([]);
    await spool.keep(ends.slice(0, 2));
    await spool.keep(ends.slice(2));
    await spool.keep([]);
    expect(await spool.list()).toEqual(ends);
    expect(await openSpool().list()).toEqual(ends);
  });

  test('nobody else may read them, whatever the file was before', async () => {
    await writeFile(file, '', { mode: 0o644 });
    await chmod(file, 0o644);
    const spool = openSpool();
    await spool.keep([aPendingEnd()]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await spool.keep([aPendingEnd()]);
    await spool.drop([(await spool.list())[0]?.event.id ?? '']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('are dropped one by one, whatever session they end; the last one leaves no file', async () => {
    const [one, other] = [aPendingEnd(), aPendingEnd()];
    const spool = openSpool();
    const again = aPendingEnd({ reference: one.reference });
    await spool.drop([one.event.id]);
    await spool.keep([one, other, again]);
    await spool.drop([one.event.id, 'another']);
    expect(await spool.list()).toEqual([other, again]);
    await spool.drop([other.event.id, again.event.id]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('operations at once do not undo each other', async () => {
    const ends = Array.from({ length: 12 }, () => aPendingEnd());
    const spool = openSpool();
    const [first, ...others] = ends;
    if (first === undefined) throw new Error('No end.');
    await spool.keep([first]);
    await Promise.all([...others.map(end => spool.keep([end])), spool.drop([first.event.id]), spool.list()]);
    expect(await spool.list()).toEqual(others);
  });

  test('a line that a crash left unfinished is no end; what is kept next stands on a line of its own', async () => {
    const [one, other] = [aPendingEnd(), aPendingEnd()];
    await openSpool().keep([one]);
    // Cut within a character: what is left is no text either.
    const torn = Buffer.from(JSON.stringify(aPendingEnd()));
    await appendFile(file, torn.subarray(0, torn.indexOf('離') + 1));
    expect(await openSpool().list()).toEqual([one]);
    await openSpool().keep([other]);
    expect(await openSpool().list()).toEqual([one, other]);
    expect(told).toEqual([]);
  });

  const broken: readonly (readonly [string, (line: Record<string, unknown>) => unknown])[] = [
    ['no JSON', () => 'garbage'],
    ['another version’s', line => ({ ...line, version: 2 })],
    ['without its event', ({ event: _event, ...line }) => line],
    ['a reason that does not exist', line => ({ ...line, end: { ...aPendingEnd().end, reason: 'whim' } })],
    ['a code that does not exist', line => ({ ...line, event: { ...aPendingEnd().event, code: 'toString' } })],
    ['a reference that names nothing', line => ({ ...line, reference: '../1' })],
    ['an instant that is none', line => ({ ...line, end: { ...aPendingEnd().end, at: 'yesterday' } })],
  ];
  test.each(broken)(
    'a whole line that is no end (%s) is told and kept aside, and the others count',
    async (_, spoil) => {
      const [one, other] = [aPendingEnd(), aPendingEnd()];
      const spool = openSpool();
      await spool.keep([one]);
      const spoilt = spoil({ ...aPendingEnd() });
      const line = typeof spoilt === 'string' ? spoilt : JSON.stringify(spoilt);
      await appendFile(file, `${line}\n`);
      await spool.keep([other]);

      expect(await spool.list()).toEqual([one, other]);
      expect(await spool.list()).toEqual([one, other]);
      expect(told).toEqual([1]);
      const aside = join(folder, 'pending-ends.broken.jsonl');
      expect(await readFile(aside, 'utf8')).toBe(`${line}\n`);
      expect((await stat(aside)).mode & 0o777).toBe(0o600);
    },
  );

  test('a folder that is not there, or a link in the place of the file, is an error, never an end that is lost', async () => {
    await symlink(join(folder, 'elsewhere'), file);
    await expect(openSpool().keep([aPendingEnd()])).rejects.toMatchObject({ cause: { code: 'ELOOP' } });
    await rm(folder, { recursive: true });
    const spool = openSpool();
    const keeping = spool.keep([aPendingEnd(), aPendingEnd()]);
    await expect(keeping).rejects.toThrow(StoreFault);
    // Who keeps the machine is told.
    expect(unkept).toEqual([
      [1, expect.objectContaining({ code: 'ELOOP' })],
      [2, expect.objectContaining({ code: 'ENOENT' })],
    ]);
    // Nor does a failure stand in the way of what follows.
    expect(await spool.list()).toEqual([]);
  });

  test('SIGKILL at any moment loses nothing that was kept, and brings back nothing but what was being dropped', async () => {
    const kept = new Set<string>();
    const dropping = new Set<string>();
    for (const waitMs of [1, 7, 16, 40, 90]) {
      const program = fileURLToPath(new URL('keeping-process.ts', import.meta.url));
      const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      await once(child.stdout, 'data');
      await delay(waitMs);
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
      for (const line of said.slice(0, said.lastIndexOf('\n')).split('\n')) {
        const [word, reference = ''] = line.split(' ');
        if (word === 'kept') kept.add(reference);
        else dropping.add(reference);
      }
    }
    const listed = (await openSpool().list()).map(({ reference }) => reference);
    expect(new Set(listed).size).toBe(listed.length);
    const lost = [...kept].filter(reference => !dropping.has(reference) && !listed.includes(reference));
    expect(lost).toEqual([]);
    expect(kept.size).toBeGreaterThan(4);
    expect(told).toEqual([]);
  });
});
