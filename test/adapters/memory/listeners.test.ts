import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('a listener that throws keeps no session alive; its fault reaches the process', () => {
  const store = fileURLToPath(new URL('../../../src/adapters/memory/session-store.ts', import.meta.url));
  // In a process of its own, since the fault goes to the process.
  const program = `
    import { createMemorySessionStore } from ${JSON.stringify(store)};
    process.on('uncaughtException', error => console.log('fault:', error.message));
    const sessionOf = reference => ({
      reference,
      accountId: 'account',
      method: 'card',
      authenticatedAt: new Date(0),
      certificateSha256: '00',
      endsAt: null,
      clientAddress: '192.0.2.1',
    });
    const concurrent = { account: 4, card: 4 };
    const limits = { idleMs: 1_000, lifetimeMs: 1_000, concurrent };
    const store = createMemorySessionStore({ now: () => 0, limits, portalHost: 'portal' });
    for (const id of ['1', '2']) await store.open(sessionOf(id), 'cookie-' + id);
    store.onEnd(() => { throw new Error('of the listener'); });
    store.onEnd(reference => console.log('heard:', reference));
    console.log('ended:', (await store.endAllOf('account', 'administrator')).length);
    for (const id of ['1', '2']) console.log('alive:', (await store.check('portal', 'cookie-' + id, true)).alive);
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const lines = printed.trim().split('\n').sort();
  expect(lines).toEqual([
    'alive: false',
    'alive: false',
    'ended: 2',
    'fault: of the listener',
    'fault: of the listener',
    'heard: 1',
    'heard: 2',
  ]);
});
