import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDesk, type TestDesk } from './support/desk.ts';

/** A listener for both families sees IPv4 as `::ffff:a.b.c.d`; records, as everywhere, say `a.b.c.d`. */

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk({ listenAt: '::ffff:127.0.0.1' });
});
afterAll(() => desk.portal.close());

test('records write an IPv4 address as such, whatever the listener’s family', async () => {
  const seat = await desk.as(desk.people.user);
  await seat.open('/outbox').expect(403);
  await seat.sendJson('/login/card/trouble', { purpose: 'login', state: 'no-card' }).expect(204);
  expect((await seat.send('/logout')).status).toBe(303);
  const { events } = desk.portal.context.database;
  for (const code of ['access.refused', 'card.trouble-reported', 'session.ended'] as const) {
    expect(await events.listEvents({ code, limit: 5 }), code).toMatchObject([{ clientAddress: '127.0.0.1' }]);
  }
});
