import { createHash } from 'node:crypto';
import { isLoginName } from './account.ts';

/**
 * A login name as people type it (capitals, full-width letters, spaces around it) in its one written form; undefined
 * for what can be none. So one person has one counter however he is addressed.
 */
export function normaliseLoginName(typed: string): string | undefined {
  if (typed.length > 128) return undefined;
  const name = typed.normalize('NFKC').replace(/\s/g, '').toLowerCase();
  return isLoginName(name) ? name : undefined;
}

/**
 * Whom attempts are counted for where no account has the name: one of 256 decoys, so that the same is read and written
 * as for a person, and inventing names fills no table.
 */
export function decoySubject(typed: string): string {
  const byte = createHash('sha256').update(typed).digest('hex').slice(0, 2);
  return `00000000-0000-4000-8000-0000000000${byte}`;
}

/** Five failures lock for fifteen minutes: the one-day password by one counter, initial secret and password by another. */
export const PASSWORD_LOCK = { attempts: 5, lockMs: 15 * 60_000 } as const;
