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
  | {
      readonly ok: true;
      readonly key: AssertionKey;
      readonly ended: readonly string[];
      readonly endedAt: Date;
      /** Of the ended ones, those that were to be destroyed and are there still; {@link removeGoneKeys} goes on trying. */
      readonly undestroyed: readonly string[];
    }
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
    return { result: { ok: true, key, ended, endedAt: plan.othersUntil, undestroyed: [] }, events: [event] };
  });
  // Before anything is destroyed, which may fail: a key in wrong hands signs no longer than it must.
  await context.signer.refresh();
  if (!rotation.ok) await destroy(context, [kid]);
  else if (order.kind === 'at-once') return { ...rotation, undestroyed: await destroy(context, rotation.ended) };
  return rotation;
}

/** Destroys what it can. @returns what is there still */
async function destroy({ vault }: KeyContext, kids: readonly string[]): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(kids.map(kid => vault.remove(kid)));
  return kids.filter((_, index) => outcomes[index]?.status === 'rejected');
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
 * @throws  after all others, where one could not be destroyed: it stays listed, and is tried again
 */
export async function removeGoneKeys(context: KeyContext): Promise<number> {
  const at = context.clock.now();
  const keys = await context.database.assertionKeys.listKeys();
  const gone = keys.filter(key => !isPublished(key, at));
  const undestroyed = await destroy(
    context,
    gone.map(({ kid }) => kid),
  );
  const old = gone.filter(
    ({ kid, publishedUntil }) =>
      at.getTime() - (publishedUntil?.getTime() ?? 0) > LISTED_MS && !undestroyed.includes(kid),
  );
  if (old.length > 0) {
    await context.database.change(async changes => {
      for (const { kid } of old) await changes.assertionKeys.deleteKey(kid);
      const facts = { kids: old.map(({ kid }) => kid).join(' ') };
      const event = composeEvent(context, 'assertion-keys.removed', { actor: { kind: 'gateway' }, facts });
      return { result: undefined, events: [event] };
    });
  }
  if (undestroyed.length > 0) throw new Error(`Keys that are over could not be destroyed: ${undestroyed.join(' ')}.`);
  return gone.length;
}
