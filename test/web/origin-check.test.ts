import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFromOurPages } from '../../src/web/middleware/origin-check.ts';
import { openTestPortal, setCookies, type TestPortal } from './support/portal.ts';

const OURS = 'https://portal.gateway.test';

/** DESIGN 4: exact Origin or `Sec-Fetch-Site: same-origin`, never null, same-site or neither. */
const TABLE: readonly [origin: string | undefined, fetchSite: string | undefined, isOurs: boolean][] = [
  [OURS, undefined, true],
  [OURS, 'same-origin', true],
  [undefined, 'same-origin', true],
  [undefined, undefined, false],
  [undefined, 'same-site', false],
  [undefined, 'cross-site', false],
  [undefined, 'none', false],
  ['null', undefined, false],
  ['null', 'same-origin', false],
  [OURS, 'same-site', false],
  [OURS, 'cross-site', false],
  [OURS, 'none', false],
  ['https://company.gateway.test', undefined, false],
  ['https://company.gateway.test', 'same-origin', false],
  ['https://evil.test', 'same-origin', false],
  ['http://portal.gateway.test', undefined, false],
  [`${OURS}:443`, undefined, false],
  [`${OURS}:8443`, undefined, false],
  [`${OURS}/`, undefined, false],
  [`${OURS}.evil.test`, undefined, false],
  [OURS.toUpperCase(), undefined, false],
  [`${OURS}, ${OURS}`, undefined, false],
  ['', 'same-origin', false],
];

describe('requests that change something come from our own pages', () => {
  test.each(TABLE)('Origin %j, Sec-Fetch-Site %j: %j', (origin, fetchSite, isOurs) => {
    expect(isFromOurPages({ origin, fetchSite }, OURS)).toBe(isOurs);
  });

  let portal: TestPortal;
  beforeAll(async () => {
    portal = await openTestPortal();
  });
  afterAll(() => portal.close());

  const UNSAFE = ['/login/card/challenge', '/login/card', '/logout', '/language'] as const;

  test.each(UNSAFE)('POST %s from elsewhere is refused unread, and sets nothing', async path => {
    for (const [origin, fetchSite] of TABLE.filter(([, , isOurs]) => !isOurs)) {
      const post = portal.browser().agent.post(path).set('Accept', 'application/json').type('json');
      if (origin !== undefined) post.set('Origin', origin);
      if (fetchSite !== undefined) post.set('Sec-Fetch-Site', fetchSite);
      const answer = await post.send('{"language":"en"}').expect(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'foreign-origin' });
      expect(setCookies(answer)).toEqual([]);
    }
  });

  test('POST from our pages goes on, by Origin or by fetch metadata alone', async () => {
    for (const signs of [{ Origin: OURS }, { 'Sec-Fetch-Site': 'same-origin' }]) {
      await portal.browser().agent.post('/login/card/challenge').set(signs).type('json').send('{}').expect(200);
    }
  });

  test('GET is answered wherever it comes from, and writes nothing', async () => {
    const answer = await portal.browser().get('/login').set('Origin', 'https://evil.test').expect(200);
    expect(setCookies(answer)).toEqual([]);
  });
});
