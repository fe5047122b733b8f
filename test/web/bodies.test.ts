import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDesk, type Seat, type TestDesk } from './support/desk.ts';

/** What a stranger may put into a form, at an address that takes files. */
const UPLOAD = '/applications/D-06-09-2026-0001/attachments';

let desk: TestDesk;
let seat: Seat;
beforeAll(async () => {
  desk = await openTestDesk();
  seat = await desk.as(desk.people.user);
});
afterAll(() => desk.portal.close());

const send = (type: string, body: string | Buffer) =>
  desk.portal
    .browser()
    .agent.post(UPLOAD)
    .set('Cookie', seat.cookie)
    .set('Origin', desk.portal.origin)
    .set('Accept', 'application/json')
    .set('Content-Type', type)
    .send(body);

const part = (name: string, value: string) =>
  `--X\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

describe('a form with files', () => {
  test.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['a boundary that is not there', 'multipart/form-data; boundary=X', 'x'],
    ['no end', 'multipart/form-data; boundary=X', part('token', 'x')],
    ['nothing in it', 'multipart/form-data; boundary=X', ''],
  ])('with %s is not read', async (_name, type, body) => {
    const answer = await send(type, body);
    expect([400, 403]).toContain(answer.status);
    expect(JSON.parse(answer.text)).toMatchObject({
      code: answer.status === 400 ? 'request-malformed' : 'form-token-invalid',
    });
  });

  test('with more fields than any form of ours is not read', async () => {
    const body = `${part('a', 'v').repeat(40_000)}--X--\r\n`;
    expect((await send('multipart/form-data; boundary=X', body)).status).toBe(400);
  });

  test('that is too large is refused before it is read', async () => {
    const answer = await send('multipart/form-data; boundary=X', Buffer.alloc(13 * 1024 * 1024, 0x61));
    expect(answer.status).toBe(413);
  });

  test('without its token, or with it twice, changes nothing', async () => {
    const end = '--X--\r\n';
    for (const body of [part('kind', 'basis') + end, part('token', 'x') + part('token', 'y') + end]) {
      const answer = await send('multipart/form-data; boundary=X', body);
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'form-token-invalid' });
    }
  });
});

describe('a form', () => {
  test.each([
    ['text/plain', 'title=x'],
    ['application/xml', '<title/>'],
    ['application/x-www-form-urlencoded; charset=utf-7', 'title=x'],
  ])('sent as %s changes nothing', async (type, body) => {
    const answer = await desk.portal
      .browser()
      .agent.post('/profile')
      .set('Cookie', seat.cookie)
      .set('Origin', desk.portal.origin)
      .set('Content-Type', type)
      .send(body);
    expect([400, 403]).toContain(answer.status);
  });

  test('as JSON that is none is the sender’s fault', async () => {
    for (const body of ['{', '"x"', 'null', '1']) {
      const answer = await desk.portal
        .browser()
        .agent.post('/profile')
        .set('Cookie', seat.cookie)
        .set('Origin', desk.portal.origin)
        .set('Content-Type', 'application/json')
        .send(body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });
});
