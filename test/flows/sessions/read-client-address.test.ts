import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { readClientAddress } from '../../../src/flows/sessions/read-client-address.ts';
import { clientAddressOf } from '../../../src/http-fields/client-address.ts';

describe('an address as people write it', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['[::ffff:192.0.2.1]', '192.0.2.1'],
    ['::1', '::1'],
    // A zone belongs to a link-local address, and to no other.
    ['FE80::0001%eth0', 'fe80::1%eth0'],
    ['[fe80::1%Eth0]', 'fe80::1%Eth0'],
    ['fe80::1', 'fe80::1'],
    ['2001:db8::1%eth0', '2001:db8::1'],
    ['::ffff:192.0.2.1%lo', '192.0.2.1'],
  ])('%s is recorded as %s', (typed, recorded) => {
    expect(readClientAddress(typed)).toBe(recorded);
    expect(readClientAddress(recorded)).toBe(recorded);
  });

  test.each([
    '',
    'unknown',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.0/24',
    '192.0.2.1:443',
    '[192.0.2.1]',
    '[2001:db8::1]:443',
    '[2001:db8::1',
    '2001:db8::1]',
    '2001:db8::/32',
    '2001:db8::1::2',
    'fe80::1%',
    'fe80::1%eth0%eth0',
    '１９２.0.2.1',
    '192.0.2.1\0',
    'example.gov.tw',
  ])('%j is none', typed => {
    expect(readClientAddress(typed)).toBeUndefined();
  });

  test('is the very one that a connection from there has', async () => {
    const server = createServer().listen(0, '::1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const client = connect({ host: '::1', port: (server.address() as AddressInfo).port });
    const [socket] = (await accepted) as [Parameters<typeof clientAddressOf>[0]];
    expect(readClientAddress('0:0:0:0:0:0:0:1')).toBe(clientAddressOf(socket));
    client.destroy();
    server.close();
  });
});
