import { describe, expect, test } from 'vitest';
import { believedProxies } from '../../src/config/believed-proxies.ts';

describe('proxyProtocol and trustedProxies', () => {
  test('are empty unless said, and take addresses and networks of one site', () => {
    expect(believedProxies.parse(undefined)).toEqual([]);
    const taken = ['10.1.2.3', '10.1.2.0/24', '10.244.0.0/16', '::1', '2001:db8:1::/48'];
    expect(believedProxies.parse(taken)).toEqual(taken);
  });

  test.each([
    ['balancer.example', 'must be an IP address or a network'],
    ['10.1.2.3/33', 'must be an IP address or a network'],
    ['fe80::1%eth0', 'must be an IP address or a network'],
    ['0.0.0.0/0', 'must be no wider than /16'],
    ['10.0.0.0/15', 'must be no wider than /16'],
    ['::/0', 'must be no wider than /16'],
    ['2001:db8::/47', 'must be no wider than /16'],
    ['::/64', 'must be no wider than /16'],
    ['::ffff:10.1.2.3', 'must be no wider than /16'],
  ])('do not take %s', (entry, message) => {
    const reading = believedProxies.safeParse([entry]);
    expect(reading.error?.issues.map(issue => issue.message).join()).toContain(message);
  });
});
