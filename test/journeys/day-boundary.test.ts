import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { once } from 'node:events';
import { join } from 'node:path';
import { addDays } from '../../src/calendar/months.ts';
import { startOfTaipeiDay, taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import { enableOneDayPassword } from '../../src/flows/credentials/enable-one-day-password.ts';
import { fakeClock, type FakedClock } from '../support/faked-clock.ts';
import { layOutGateway, type BareGateway } from './bare-gateway.ts';

const PASSWORD = 'Riverbank7-Lantern';

let gateway: BareGateway;
let clock: FakedClock;

beforeAll(async () => {
  gateway = await layOutGateway();
  clock = fakeClock(join(gateway.folder.root, 'clock'));
});
afterAll(() => gateway.close());

/** Enables a one-day password of one day for the county's user, while no program runs. */
function enable(day: string): Promise<string> {
  return gateway.withDatabase(async (database, { work, prepare }) => {
    const prepared = await prepare();
    await database.change(async changes => {
      const account = await changes.findAccountByLoginName('county-user');
      const registrar = await changes.findAccountByLoginName('county-registrar');
      if (account === undefined || registrar === undefined) throw new Error('The demo lacks its people.');
      const event = await enableOneDayPassword(work, changes, {
        account,
        day,
        applicationNumber: 'D-06-11-115-0001',
        enabledBy: registrar.id,
        prepared,
        order: { actor: { kind: 'gateway' }, basis: { kind: 'demo', reference: 'day boundary' } },
      });
      return { result: undefined, events: [event] };
    });
    return prepared.secret;
  });
}

describe('a real gateway over midnight in Taipei, whatever the zone of its machine (D1-147, D1-148, E8)', () => {
  test.each(['UTC', 'Asia/Taipei', 'America/New_York'])(
    'D1-148 TZ=%s: 23:59:59 works, 00:00:00 does not',
    async zone => {
      const day = addDays(taipeiDayOf(new Date()), 1);
      const before = startOfTaipeiDay(day);
      const after = startOfTaipeiDay(addDays(day, 1));
      const at = (instant: Date, ms: number) => clock.set(new Date(instant.getTime() + ms));
      const secret = await enable(day);
      const { portal } = gateway;
      const logIn = (password: string, client = gateway.client()) =>
        client.postJson(`${portal}/login/one-day-password`, { account: 'county-user', password });

      // The eve: ten seconds before the day begins, then its first instant.
      at(before, -600_000);
      const program = await gateway.start({ ...clock.env, TZ: zone });
      at(before, -10_000);
      expect((await logIn(secret)).status).toBe(403);
      at(before, 0);
      const client = gateway.client();
      expect(await logIn(secret, client)).toMatchObject({ status: 200 });

      // The last second of the day: a new login, its change and a page all work.
      at(after, -60_000);
      const late = gateway.client();
      expect(await logIn(secret, late)).toMatchObject({ status: 200 });
      const chosen = `${PASSWORD}-${zone}`;
      const change = { password: chosen, repeated: chosen };
      const changed = await late.postJson(`${portal}/login/one-day-password/change`, change);
      expect(changed).toMatchObject({ status: 200 });
      at(after, -1_000);
      expect((await late.navigate(`${portal}/`)).status).toBe(200);

      at(after, 0);
      const over = await late.navigate(`${portal}/`);
      expect([over.status, over.headers['location']]).toEqual([303, '/login']);
      expect((await late.navigate(`${portal}/login`)).text).toContain('24:00');
      expect((await logIn(change.password)).status).toBe(403);

      // Setting the wall clock back does not bring it back.
      at(after, -1_000);
      expect((await late.navigate(`${portal}/`)).status).toBe(303);
      program.kill('SIGTERM');
      await once(program, 'exit');
    },
    120_000,
  );
});
