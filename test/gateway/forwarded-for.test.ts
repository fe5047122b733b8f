import { describe, expect, test } from 'vitest';
import { readForwardedFor } from '../../src/gateway/forwarded-for.ts';
import { networkMatcher } from '../../src/config/networks.ts';

const isTrusted = networkMatcher(['10.0.0.1', '10.0.1.0/24', '2001:db8:a::/64']);
const read = (...values: string[]) =>
  readForwardedFor(['Host', 'a', ...values.flatMap(value => ['X-Forwarded-For', value])], '10.0.0.1', isTrusted);

describe('X-Forwarded-For of a trusted proxy', () => {
  test.each([
    ['one entry', ['203.0.113.7'], '203.0.113.7'],
    ['what the client itself claimed, on the left', ['127.0.0.1, 10.9.9.9, 203.0.113.7'], '203.0.113.7'],
    ['a claim in a field of its own', ['192.0.2.9', '203.0.113.7'], '203.0.113.7'],
    ['a claim that is no address', ['"><script>, 203.0.113.7'], '203.0.113.7'],
    ['two trusted proxies in a row', ['203.0.113.7, 10.0.1.9, 2001:db8:a::3'], '203.0.113.7'],
    ['IPv6, in one form', ['2001:0DB8:0:0::0007'], '2001:db8::7'],
    ['IPv4 in disguise', ['::ffff:203.0.113.7'], '203.0.113.7'],
    ['no field: the proxy itself asks', [], '10.0.0.1'],
    ['trusted addresses only: the farthest', ['10.0.1.8, 10.0.1.9'], '10.0.1.8'],
  ])('%s', (_name, values, address) => {
    expect(read(...values)).toBe(address);
  });

  test.each([
    [['']],
    [['unknown']],
    [['203.0.113.7,']],
    [['203.0.113.7, ,10.0.1.9']],
    [['203.0.113.7:4000']],
    [['[2001:db8::7]']],
    [['fe80::1%eth0']],
    [['203.0.113.07']],
    [['203.0.113.7 10.0.1.9']],
    [['203.0.113.7', '_hidden']],
  ])('cannot be read where the proxy wrote %j', values => {
    expect(read(...values)).toBeUndefined();
  });

  test('is not read from a look-alike, nor from Forwarded', () => {
    const fields = ['X_Forwarded_For', '203.0.113.7', 'Forwarded', 'for=203.0.113.7', 'X-Real-IP', '203.0.113.7'];
    expect(readForwardedFor(fields, '10.0.0.1', isTrusted)).toBe('10.0.0.1');
  });
});

test('an address that cannot be read lies in no network', () => {
  expect(isTrusted('unknown')).toBe(false);
  expect(networkMatcher([])('10.0.0.1')).toBe(false);
});
