import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConnectionFault, UnusableDatabaseFault } from '../../../src/adapters/database/faults.ts';
import { openDatabase } from '../../../src/adapters/database/open-database.ts';
import { parsePostgresqlAddress } from '../../../src/adapters/database/postgresql-address.ts';
import { openPostgresqlSource } from '../../../src/adapters/database/postgresql-source.ts';
import { StoreFault } from '../../../src/flows/ports/store-fault.ts';
import { prepareTestDatabase } from '../../contract/test-database.ts';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.ts';

let postgres: PrivatePostgres;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
});
afterAll(() => postgres.stop());

describe('the address of PostgreSQL', () => {
  test('is read part by part', () => {
    expect(parsePostgresqlAddress('postgresql://ga%40te:p%2Fw@127.0.0.1:5433/accounts', undefined)).toEqual({
      host: '127.0.0.1',
      port: 5433,
      user: 'ga@te',
      password: 'p/w',
      database: 'accounts',
      ssl: false,
    });
  });

  test.each(['127.0.0.1', '127.8.9.1', 'localhost', '[::1]'])('%s is this machine and needs no TLS', host => {
    expect(parsePostgresqlAddress(`postgresql://u:p@${host}/d`, undefined).ssl).toBe(false);
  });

  test.each(['10.0.0.1', 'db.example', '127.example', '[::2]', '[::ffff:10.0.0.1]', '127.0.0.1.example', 'localhost.'])(
    '%s is not this machine, and nothing goes there without TLS',
    host => {
      const address = `postgresql://u:p@${host}/d`;
      expect(() => parsePostgresqlAddress(address, undefined)).toThrow('TLS must be configured');
      expect(parsePostgresqlAddress(address, {}).ssl).toEqual({ rejectUnauthorized: true });
    },
  );

  test.each([
    ['a parameter that would undo TLS', 'postgresql://u:secret@db.example/d?sslmode=no-verify'],
    ['a parameter that would go elsewhere', 'postgresql://u:secret@127.0.0.1/d?host=db.example'],
    ['another protocol', 'mysql://u:secret@127.0.0.1/d'],
    ['no database', 'postgresql://u:secret@127.0.0.1'],
    ['no user', 'postgresql://127.0.0.1/d'],
    ['no host', 'postgresql:///d'],
    ['no address at all', 'u:secret@127.0.0.1'],
  ])('%s is refused without showing the password', (_defect, address) => {
    const parse = () => parsePostgresqlAddress(address, {});
    expect(parse).toThrow(UnusableDatabaseFault);
    expect(parse).not.toThrow('secret');
  });
});

describe('TLS to PostgreSQL', () => {
  const overTls = () => url.replace('127.0.0.1', 'localhost');

  test('a server of the given authority and name is spoken to, encrypted', async () => {
    const source = openPostgresqlSource({ url: overTls(), tls: { ca: postgres.ca } });
    const connection = await source.acquire();
    const { rows } = await connection.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()', []);
    expect(rows).toEqual([{ ssl: true }]);
    connection.release(false);
    await source.close();
  });

  test.each([
    ['of an authority that is not given', () => ({ url: overTls(), tls: {} })],
    ['of another name', () => ({ url, tls: { ca: postgres.ca } })],
  ])('a server %s is not spoken to', async (_defect, options) => {
    await expect(openDatabase({ kind: 'postgresql', ...options() })).rejects.toThrow(ConnectionFault);
  });
});

describe('PostgreSQL in trouble', () => {
  test('a wrong password is a fault that does not show it', async () => {
    const wrong = url.replace(/:[0-9a-f]+@/, ':wrong-secret@');
    const fault: unknown = await openDatabase({ kind: 'postgresql', url: wrong }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ConnectionFault);
    expect((fault as Error).stack).not.toContain('wrong-secret');
  });

  test('nobody at the address', async () => {
    const nobody = url.replace(/:\d+\//, ':1/');
    await expect(openDatabase({ kind: 'postgresql', url: nobody })).rejects.toThrow(ConnectionFault);
  });

  test('a statement beyond its deadline is stopped by the server', async () => {
    const store = await prepareTestDatabase(openPostgresqlSource({ url, statementDeadlineMs: 1_000 }));
    const stopped: unknown = await store.execute('select pg_sleep(60)').catch((error: unknown) => error);
    expect(stopped).toMatchObject({ sqlState: '57014' });
    // Nobody is better off than with a server that is away.
    expect(stopped).toBeInstanceOf(StoreFault);
    await store.database.ping();
    await store.database.close();
  });

  test('a server that takes no writes is as good as away, and its connections are not kept', async () => {
    const store = await prepareTestDatabase(openPostgresqlSource({ url, poolSize: 1 }));
    const write = () => store.write(changes => changes.insertPerson({ id: randomUUID(), name: '示範員' }));
    const set = (mode: 'on' | 'off') =>
      store.execute(`do $$ begin execute format('alter database %I set default_transaction_read_only = ${mode}',
        current_database()); end $$`);
    await set('on');
    await store.execute('set default_transaction_read_only = on');
    await expect(write()).rejects.toThrow(StoreFault);
    await expect(write()).rejects.toThrow(StoreFault);
    await store.execute('set default_transaction_read_only = off');
    await set('off');
    await write();
    await store.database.close();
  });

  test('a connection that is cut in the middle of a change undoes it, and the next change finds another', async () => {
    const store = await prepareTestDatabase(openPostgresqlSource({ url, poolSize: 2 }));
    const id = randomUUID();
    const change = store.write(async changes => {
      await changes.insertPerson({ id, name: '示範員' });
      await store.execute(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await changes.insertPerson({ id: randomUUID(), name: '示範員' });
    });
    await expect(change).rejects.toThrow(ConnectionFault);
    await store.write(changes => changes.insertPerson({ id, name: '示範員' }));
    expect((await store.execute('select id from people where id = $1', [id])).rows).toHaveLength(1);
    await store.database.close();
  });

  test('a server that falls silent is a fault in time, and the connection in doubt is not used again', async () => {
    const store = await prepareTestDatabase(openPostgresqlSource({ url, poolSize: 1, statementDeadlineMs: 500 }));
    const { rows } = await store.execute('select pg_backend_pid() as pid');
    const { pid } = rows[0] as { pid: number };
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(store.database.ping()).rejects.toThrow(ConnectionFault);
      await store.database.ping();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await store.database.close();
  });

  test('no connection is left borrowed: a pool of one serves fifty changes, the refused ones among them', async () => {
    const store = await prepareTestDatabase(openPostgresqlSource({ url, poolSize: 1 }));
    for (let round = 0; round < 25; round += 1) {
      const id = randomUUID();
      await store.write(changes => changes.insertPerson({ id, name: '示範員' }));
      await expect(store.write(changes => changes.insertPerson({ id, name: '示範員' }))).rejects.toThrow('people_pkey');
    }
    await store.database.close();
  });
});
