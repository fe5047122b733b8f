import type { Actor } from '../../audit/event.ts';
import {
  isPublished,
  planRotation,
  type AssertionKey,
  type RotationFailure,
  type RotationKind,
} from '../../http-fields/assertion-keys.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** Keys that are gone are still listed for this long, for those who look back at a rotation. */
const LISTED_MS = 7 * 86_400_000;

type KeyContext = Pick<GatewayContext, 'clock' | 'randomness' | 'database' | 'signer' | 'vault'>;

export type Rotation =
  | { readonly ok: true; readonly key: AssertionKey; readonly ended: readonly string[]; readonly endedAt: Date }
  | { readonly ok: false; readonly failure: RotationFailure };

/**
 * Makes the next key and publishes it ({@link planRotation}). Nodes hear of it within seconds. At once, the others are
 * destroyed, too.
 *
 * @param order.reason why, for the record
 */
export async function rotateKeys(
  context: KeyContext,
  order: { readonly actor: Actor; readonly kind: RotationKind; readonly reason: string },
): Promise<Rotation> {
  const kid = await context.vault.make();
  // Where the store does not say whether it has the change, the new key stays: perhaps it is to sign.
  const rotation = await context.database.change<Rotation>(async changes => {
    const at = context.clock.now();
    const keys = await changes.assertionKeys.listKeys();
    const plan = planRotation(keys, at, order.kind);
    if (!plan.ok) return { result: plan, unchanged: true };
    const key = { kid, madeAt: at, signsFrom: plan.signsFrom, publishedUntil: null };
    const ended = keys.filter(each => isPublished(each, at)).map(each => each.kid);
    await changes.assertionKeys.endKeys(ended, plan.othersUntil);
    await changes.assertionKeys.insertKey(key);
    const facts = {
      kid,
      signsFrom: plan.signsFrom.toISOString(),
      ended: ended.join(' '),
      endedAt: plan.othersUntil.toISOString(),
      kind: order.kind,
      reason: order.reason,
    };
    const event = composeEvent(context, 'assertion-keys.rotated', { actor: order.actor, facts });
    return { result: { ok: true, key, ended, endedAt: plan.othersUntil }, events: [event] };
  });
  // Before anything is destroyed, which may fail: a key in wrong hands signs no longer than it must.
  await context.signer.refresh();
  if (!rotation.ok) await context.vault.remove(kid);
  else if (order.kind === 'at-once') for (const gone of rotation.ended) await context.vault.remove(gone);
  return rotation;
}

/** Makes the first key; of several nodes that start at once, one does. */
export async function ensureFirstKey(context: KeyContext): Promise<void> {
  if ((await context.database.assertionKeys.listKeys()).length > 0) await context.signer.refresh();
  else await rotateKeys(context, { actor: { kind: 'gateway' }, kind: 'first', reason: 'There was no key.' });
}

/** Rotates where the newest key is older than that. @param days null: never by itself */
export async function rotateWhenOld(context: KeyContext, days: number | null): Promise<boolean> {
  const newest = (await context.database.assertionKeys.listKeys()).at(-1);
  if (days === null || newest === undefined) return false;
  if (context.clock.now().getTime() - newest.madeAt.getTime() < days * 86_400_000) return false;
  const reason = `The key is ${days} days old.`;
  return (await rotateKeys(context, { actor: { kind: 'gateway' }, kind: 'planned', reason })).ok;
}

/**
 * Destroys keys that are not published any more, and forgets them a week later. What nobody has published, as a rotation
 * that was broken off leaves it, stays: it may be another gateway's.
 *
 * @returns how many were destroyed or forgotten
 */
export async function removeGoneKeys(context: KeyContext): Promise<number> {
  const at = context.clock.now();
  const keys = await context.database.assertionKeys.listKeys();
  const gone = keys.filter(key => !isPublished(key, at));
  for (const { kid } of gone) await context.vault.remove(kid);
  const old = gone.filter(({ publishedUntil }) => at.getTime() - (publishedUntil?.getTime() ?? 0) > LISTED_MS);
  if (old.length > 0) {
    await context.database.change(async changes => {
      for (const { kid } of old) await changes.assertionKeys.deleteKey(kid);
      const facts = { kids: old.map(({ kid }) => kid).join(' ') };
      const event = composeEvent(context, 'assertion-keys.removed', { actor: { kind: 'gateway' }, facts });
      return { result: undefined, events: [event] };
    });
  }
  return gone.length;
}
