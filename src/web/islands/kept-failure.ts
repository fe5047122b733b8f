import { withStorage } from './browser-storage.ts';

/**
 * What a refusal said besides its code, kept in this tab for its page: never in an address, where anybody could write
 * it. A browser that keeps nothing tells the story without it.
 */

const KEY = 'gateway-failure';

export function keepFacts(requestId: string, facts: Readonly<Record<string, string>>): void {
  withStorage('sessionStorage', storage => storage.setItem(KEY, JSON.stringify({ requestId, facts })));
}

/** The facts kept under this reference; none for another one. */
export function findFacts(requestId: string): ReadonlyMap<string, string> {
  const kept: unknown = JSON.parse(withStorage('sessionStorage', storage => storage.getItem(KEY)) ?? 'null');
  if (typeof kept !== 'object' || kept === null || !('requestId' in kept) || kept.requestId !== requestId)
    return new Map();
  if (!('facts' in kept) || typeof kept.facts !== 'object' || kept.facts === null) return new Map();
  const facts = Object.entries(kept.facts).filter((fact): fact is [string, string] => typeof fact[1] === 'string');
  return new Map(facts);
}
