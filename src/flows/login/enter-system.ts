import { hashSecret } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import {
  ENTRY_CODE_LIFETIME_MS,
  TRIP_LIFETIME_MS,
  isReturnPath,
  judgeEntryCode,
  type EntryFailure,
  type Trip,
} from '../../sessions/trip.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import { composeEvent, mintSecret, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { BusinessSystem } from '../ports.ts';

/** A browser that enters a system this often within the window is going round in circles. */
const LOOP = { entries: 5, windowMs: 20_000 };

/**
 * Sends a browser off to the portal: keeps where it wanted to go.
 *
 * @param tripCookie the trip cookie it already has on this host (shared by its tabs), if any
 * @returns where to send it, and the value of the trip cookie to set
 */
export async function beginTrip(
  context: GatewayContext,
  input: { readonly system: BusinessSystem; readonly returnPath: string; readonly tripCookie: string | undefined },
): Promise<{ readonly location: string; readonly tripCookie: string }> {
  const tripCookie = isSecret(input.tripCookie) ? input.tripCookie : mintSecret(context);
  const tripId = mintSecret(context);
  await context.ephemeral.put(
    'trip',
    hashSecret(tripId),
    {
      systemId: input.system.id,
      returnPath: isReturnPath(input.returnPath) ? input.returnPath : '/',
      tripCookieHash: hashSecret(tripCookie),
    },
    after(context, TRIP_LIFETIME_MS),
  );
  return { location: `${context.portal.origin}/login?trip=${tripId}`, tripCookie };
}

/** The trip behind the id in the portal's address, with its system; undefined when it is over or unknown. */
export async function findTrip(
  context: GatewayContext,
  tripId: string,
): Promise<{ readonly trip: Trip; readonly system: BusinessSystem } | undefined> {
  const trip = await context.ephemeral.find('trip', hashSecret(tripId));
  const system = trip && context.systems.get(trip.systemId);
  return trip && system && { trip, system };
}

/**
 * Where a person who is logged in goes next: to the rules of use, if he has not acknowledged the version in force
 * (D1-095); into the trip's system; else to the start page.
 */
export async function leadOn(
  context: GatewayContext,
  input: { readonly session: Session; readonly tripId: string | undefined },
): Promise<string> {
  const { session, tripId } = input;
  if (!(await hasAcknowledgedRules(context, session.accountId))) {
    return tripId === undefined ? '/rules/acknowledge' : `/rules/acknowledge?trip=${tripId}`;
  }
  const found = tripId === undefined ? undefined : await findTrip(context, tripId);
  return found === undefined ? '/' : issueEntryCode(context, { session, ...found });
}

/**
 * Gives a logged-in person the one-time address that lets this browser into the trip's system.
 *
 * @throws Error when he has not acknowledged the rules in force: `leadOn` asks first
 */
export async function issueEntryCode(
  context: GatewayContext,
  input: { readonly session: Session; readonly trip: Trip; readonly system: BusinessSystem },
): Promise<string> {
  if (!(await hasAcknowledgedRules(context, input.session.accountId))) throw new Error('The rules come first.');
  const code = mintSecret(context);
  await context.ephemeral.put(
    'entry-code',
    hashSecret(code),
    { ...input.trip, sessionReference: input.session.reference },
    after(context, ENTRY_CODE_LIFETIME_MS),
  );
  return `${input.system.origin}/.gateway/enter?code=${code}`;
}

export type EntryOutcome =
  | { readonly ok: true; readonly hostCookie: string; readonly returnPath: string }
  | { readonly ok: false; readonly failure: EntryFailure | { readonly code: 'entry-session-over' } };

/** Spends an entry code on the system's own host and gives that host its own cookie. */
export async function enterSystem(
  context: GatewayContext,
  input: {
    readonly system: BusinessSystem;
    readonly code: string;
    readonly tripCookie: string | undefined;
  },
): Promise<EntryOutcome> {
  const tripCookieHash = input.tripCookie === undefined ? undefined : hashSecret(input.tripCookie);
  const entry = await context.ephemeral.take('entry-code', hashSecret(input.code));
  const failure = judgeEntryCode(entry, { systemId: input.system.id, tripCookieHash });
  if (failure !== null || entry === undefined) {
    return { ok: false, failure: failure ?? { code: 'entry-code-unknown' } };
  }
  if (await isLooping(context, entry.tripCookieHash)) return { ok: false, failure: { code: 'entry-cookies-off' } };

  const hostCookie = mintSecret(context);
  const added = await context.sessions.addHostCookie(
    entry.sessionReference,
    input.system.host,
    hashSecret(hostCookie),
    input.system.idleMs,
  );
  if (!added) return { ok: false, failure: { code: 'entry-session-over' } };
  return { ok: true, hostCookie, returnPath: entry.returnPath };
}

/** The trip cookie comes back but the session cookie does not: some cookies are refused, and sending on would not end. */
async function isLooping(context: GatewayContext, tripCookieHash: string): Promise<boolean> {
  const entries = ((await context.ephemeral.find('entry-count', tripCookieHash)) ?? 0) + 1;
  await context.ephemeral.put('entry-count', tripCookieHash, entries, after(context, LOOP.windowMs));
  return entries > LOOP.entries;
}

/** Records that a person got into a system, or was turned away at its door. */
export async function recordEntry(
  context: GatewayContext,
  input: {
    readonly session: Session;
    readonly system: BusinessSystem;
    readonly origin: RequestOrigin;
    readonly refusedBecause: string | null;
  },
): Promise<void> {
  const { session, system, origin, refusedBecause } = input;
  const event = composeEvent(context, refusedBecause === null ? 'system.entered' : 'system.refused', {
    actor: { kind: 'account', accountId: session.accountId },
    accountId: session.accountId,
    systemId: system.id,
    sessionReference: session.reference,
    origin,
    facts: refusedBecause === null ? {} : { reason: refusedBecause },
  });
  await context.database.change(async changes => {
    if (refusedBecause === null) await changes.sessions.insertEntry(session.reference, system.id, event.at);
    return { result: undefined, events: [event] };
  });
}

function after(context: GatewayContext, milliseconds: number): Date {
  return new Date(context.clock.now().getTime() + milliseconds);
}

function isSecret(value: string | undefined): value is string {
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value);
}
