import { afterEach } from 'vitest';
import { createMemoryEphemeralStore, type MemoryEphemeralStore } from '../../src/adapters/memory/ephemeral-store.ts';
import { describeEphemeralStore } from './ephemeral-store.contract.ts';

const opened: MemoryEphemeralStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.stop();
});

describeEphemeralStore('memory', () => {
  let nowMs = Date.UTC(2026, 2, 1);
  const store = createMemoryEphemeralStore({ now: () => nowMs });
  opened.push(store);
  return Promise.resolve({ store, advance: milliseconds => (nowMs += milliseconds), now: () => new Date(nowMs) });
});
