import { afterEach } from 'vitest';
import { createMemorySessionStore, type MemorySessionStore } from '../../src/adapters/memory/session-store.ts';
import { describeSessionDeclarations } from './session-declarations.contract.ts';
import { describeSessionLimits } from './session-limits.contract.ts';
import { describeSessionStore, type CreateSessionStore } from './session-store.contract.ts';

const opened: MemorySessionStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.stop();
});

const create: CreateSessionStore = options => {
  let nowMs = Date.UTC(2026, 2, 1);
  const store = createMemorySessionStore({ ...options, now: () => nowMs });
  opened.push(store);
  return Promise.resolve({
    store,
    advance: milliseconds => (nowMs += milliseconds),
    sweep: () => {
      store.sweep();
      return Promise.resolve();
    },
    now: () => new Date(nowMs),
  });
};

describeSessionStore('memory', create);
describeSessionDeclarations('memory', create);
describeSessionLimits('memory', create);
