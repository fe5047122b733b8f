import { expect, test } from 'vitest';
import { networkMatcher } from '../../src/config/networks.ts';

test.each<[readonly string[], string, boolean]>([
  [['10.0.0.0/8'], '10.1.2.3', true],
  [['10.0.0.0/8'], '11.1.2.3', false],
  [['192.0.2.7'], '192.0.2.7', true],
  [['192.0.2.7'], '192.0.2.8', false],
  [['2001:db8::/32'], '2001:db8::7', true],
  [['2001:db8::/32'], '2001:db9::7', false],
  [['::/0'], '2001:db8::7', true],
  [['::/0'], '203.0.113.7', false],
  [['::/0', '10.0.0.0/8'], '203.0.113.7', false],
  [['::/0', '10.0.0.0/8'], '10.1.2.3', true],
  [['::ffff:0:0/96'], '203.0.113.7', false],
  [['0.0.0.0/0'], '2001:db8::7', false],
  [['0.0.0.0/0'], '203.0.113.7', true],
  [['0.0.0.0/0', '::/0'], 'unix', false],
  [['no network'], '203.0.113.7', false],
  [[], '203.0.113.7', false],
])('%j holds %s: %s', (networks, address, expected) => {
  expect(networkMatcher(networks)(address)).toBe(expected);
});
