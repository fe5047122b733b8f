import type { SystemPage } from '../../../src/flows/ports.ts';

/** One of each page of the gateway on a business system's host. */
export const SYSTEM_PAGES: readonly SystemPage[] = [
  { kind: 'denied', reason: 'no-grant-for-system' },
  { kind: 'denied', reason: 'account-not-active' },
  { kind: 'denied', reason: 'rules-not-acknowledged' },
  { kind: 'denied', reason: 'rule-denies' },
  { kind: 'denied', reason: 'no-rule-matches' },
  { kind: 'denied', reason: 'card-required' },
  { kind: 'denied', reason: 'address-not-allowed' },
  { kind: 'denied', reason: 'outside-service-hours' },
  { kind: 'entry-failed', code: 'entry-code-unknown' },
  { kind: 'entry-failed', code: 'entry-cookies-off' },
  { kind: 'entry-failed', code: 'entry-of-another-system' },
  { kind: 'entry-failed', code: 'entry-of-another-browser' },
  { kind: 'entry-failed', code: 'entry-session-over' },
  { kind: 'session-over', endedBecause: 'idle' },
  { kind: 'session-over', endedBecause: 'card-revoked' },
  {
    kind: 'session-over',
    endedBecause: 'replaced',
    replacedBy: { method: 'card', at: new Date('2026-11-23T06:02:00Z') },
  },
  { kind: 'session-over', endedBecause: null },
  { kind: 'foreign-origin' },
  { kind: 'ask-logout' },
  { kind: 'upstream-failed', status: 502 },
  { kind: 'upstream-failed', status: 503 },
  { kind: 'upstream-failed', status: 504 },
  { kind: 'content-too-large', limitBytes: 20 * 1_048_576 },
  { kind: 'unavailable' },
  { kind: 'not-found' },
];
