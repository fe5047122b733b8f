import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { ASSERTION_LIFETIME_S, IDENTITY_FIELDS, type AssertionClaims } from '../../http-fields/identity-assertion.ts';
import { admit, decide, type AllowReason, type DenyReason } from '../../policy/decision.ts';
import { findTaken, type Declaration } from '../../policy/purpose.ts';
import { isBackgroundPath, isPersonActivity, type RequestSigns } from '../../sessions/activity.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { BusinessSystem } from '../ports.ts';
import type { SessionCheck } from '../ports/session-store.ts';
import type { StatedFacts } from './assertion-cache.ts';
import type { WhyOver } from './portal-session.ts';

export type RequestVerdict =
  | {
      readonly kind: 'pass';
      readonly session: Session;
      /** When the check of its session was begun, in milliseconds of `performance.now()`: what has ended since is not in it. */
      readonly checkedMs: number;
      readonly identity: readonly (readonly [string, string])[];
      readonly reason: AllowReason;
      /** The rule that counted, from 1; null where rules were not asked. */
      readonly rule: number | null;
      /** The purpose that the person has declared here, if he has and it counts. */
      readonly declaration: Declaration | null;
    }
  /** No (live) session on this host. */
  | ({ readonly kind: 'no-session' } & WhyOver)
  | { readonly kind: 'denied'; readonly session: Session; readonly reason: DenyReason; readonly rule: number | null };

type Passed = Extract<RequestVerdict, { readonly kind: 'pass' }>;

/**
 * Decides one request to a business system before a byte of it goes anywhere (D3-07): session → account and grants →
 * policy → identity. Made once per process; keeps what it read of an account for at most a second.
 */
export function createRequestJudge(context: GatewayContext) {
  const accounts = cacheFor(1_000, context, (accountId: string) => context.database.accounts.findAccess(accountId));
  const organisations = cacheFor(1_000, context, (id: string) => context.database.accounts.findOrganisation(id));
  const units = cacheFor(1_000, context, (id: string) => context.database.accounts.findUnit(id));
  const rules = rulesKeeper(context);

  return async function judgeRequest(request: {
    readonly system: BusinessSystem;
    readonly cookie?: string | undefined;
    /** Normalised, without query. */
    readonly path: string;
    readonly signs: RequestSigns;
    readonly requestId: string;
    readonly clientAddress: string;
    /** It only lets the person in: the system's rules judge what is asked for afterwards. */
    readonly isEntry?: boolean;
    /** It was judged before, and the person's activity has counted then. */
    readonly isAgain?: boolean;
    /** Of what has gone on since it was judged: its session, by which it is judged again. Its cookie may have given way to newer ones. */
    readonly standsIn?: string;
  }): Promise<RequestVerdict> {
    const { system, path, signs, cookie, standsIn } = request;
    const isPerson =
      standsIn === undefined &&
      request.isAgain !== true &&
      isPersonActivity(signs) &&
      !isBackgroundPath(path, system.backgroundPaths);
    const checkedMs = performance.now();
    let check: SessionCheck = { alive: false, endedBecause: null };
    if (standsIn !== undefined) check = await context.sessions.checkAgain(system.host, standsIn);
    else if (cookie !== undefined) check = await context.sessions.check(system.host, hashSecret(cookie), isPerson);
    if (!check.alive) return { ...check, kind: 'no-session' };
    const { session } = check.live;
    const declaration = findTaken(system.purposes, check.live.declaration);

    const access = await accounts(session.accountId);
    if (access === undefined) return { kind: 'denied', session, reason: 'account-not-active', rule: null };
    const at = context.clock.now();
    const admission = admit(access, system.id, taipeiDayOf(at));
    if (!admission.allow) return { kind: 'denied', session, reason: admission.reason, rule: null };

    if (!(await rules(session.accountId))) {
      return { kind: 'denied', session, reason: 'rules-not-acknowledged', rule: null };
    }

    let allowed: Pick<Passed, 'reason' | 'rule'> = { reason: 'role-granted', rule: null };
    if (request.isEntry !== true) {
      const asked = { method: signs.method, path, clientAddress: request.clientAddress, at };
      const known = { authentication: session.method, isPurposeDeclared: declaration !== null };
      const decision = decide(system.policy, admission.roles, { ...asked, ...known });
      if (!decision.allow) return { kind: 'denied', session, reason: decision.reason, rule: decision.rule };
      allowed = { reason: decision.reason, rule: decision.rule };
    }

    const organisation = await organisations(access.account.organisationId);
    const unit = access.account.unitId === null ? null : await units(access.account.unitId);
    if (organisation === undefined || unit === undefined) {
      return { kind: 'denied', session, reason: 'account-not-active', rule: null };
    }
    const facts: StatedFacts = {
      session,
      audience: system.origin,
      name: access.account.name,
      organisation: organisation.code,
      unit: unit?.code ?? null,
      roles: admission.roles,
      purpose: declaration?.purpose ?? null,
      caseNumber: declaration?.case ?? null,
    };
    const nowMs = at.getTime();
    const assertion = await context.assertions.signed(facts, nowMs, () => composeClaims(context, facts, nowMs));
    return {
      kind: 'pass',
      session,
      checkedMs,
      ...allowed,
      identity: identityFields(assertion, facts, access.account.loginName, request.requestId),
      declaration,
    };
  };
}

function identityFields(
  assertion: string,
  { session, organisation, roles }: StatedFacts,
  loginName: string,
  requestId: string,
): [string, string][] {
  return [
    [IDENTITY_FIELDS.assertion, assertion],
    [IDENTITY_FIELDS.user, loginName],
    [IDENTITY_FIELDS.organization, organisation],
    [IDENTITY_FIELDS.roles, roles.join(',')],
    [IDENTITY_FIELDS.authMethod, session.method],
    [IDENTITY_FIELDS.requestId, requestId],
  ];
}

function composeClaims(context: GatewayContext, facts: StatedFacts, nowMs: number): AssertionClaims {
  const { session, purpose, caseNumber } = facts;
  const issuedAt = Math.floor(nowMs / 1000);
  const endsAt = Math.floor((session.endsAt?.getTime() ?? Infinity) / 1000);
  return {
    iss: context.portal.origin,
    aud: facts.audience,
    sub: session.accountId,
    iat: issuedAt,
    // A day's session is over at 24:00, and nothing that it has stated outlives it (D1-148).
    exp: Math.min(issuedAt + ASSERTION_LIFETIME_S, endsAt),
    jti: context.randomness.uuid(),
    sid: session.reference,
    name: facts.name,
    org: facts.organisation,
    unit: facts.unit,
    roles: facts.roles,
    auth_time: Math.floor(session.authenticatedAt.getTime() / 1000),
    ...assuranceOf(session),
    ...(purpose === null ? {} : { purpose }),
    ...(caseNumber === null ? {} : { case: caseNumber }),
  };
}

/** How sure a system may be of the person: with a card and its PIN, or a password of this one day only. */
function assuranceOf({ method, certificateSha256 }: Session): Pick<AssertionClaims, 'amr' | 'acr' | 'cnf'> {
  if (method === 'one-day-password') return { amr: ['pwd', 'day'], acr: 'one-day-password' };
  if (certificateSha256 === null) throw new Error('A session by card without its certificate.');
  const x5t = Buffer.from(certificateSha256, 'hex').toString('base64url');
  return { amr: ['sc', 'pin'], acr: 'card', cnf: { 'x5t#S256': x5t } };
}

/** Who has acknowledged the rules in force; that is never taken back, so it is remembered, and only that. */
function rulesKeeper(context: GatewayContext): (accountId: string) => Promise<boolean> {
  const known = new Set<string>();
  return async accountId => {
    if (known.has(accountId)) return true;
    if (!(await hasAcknowledgedRules(context, accountId))) return false;
    if (known.size >= 10_000) known.clear();
    known.add(accountId);
    return true;
  };
}

/**
 * Remembers a read for `maxAgeMs` from its beginning; whoever asks while it is under way waits for the same one, so that
 * what grows old under load is read once. A read that fails is not remembered. At most 10,000 keys (a ministry's accounts).
 */
function cacheFor<T>(maxAgeMs: number, context: GatewayContext, read: (key: string) => Promise<T>) {
  const held = new Map<string, { readonly value: Promise<T>; readonly readAtMs: number }>();
  return (key: string): Promise<T> => {
    const nowMs = context.clock.now().getTime();
    const entry = held.get(key);
    if (entry !== undefined && nowMs - entry.readAtMs < maxAgeMs) return entry.value;
    const value = read(key);
    if (held.size >= 10_000) held.clear();
    const begun = { value, readAtMs: nowMs };
    held.set(key, begun);
    value.catch(() => {
      if (held.get(key) === begun) held.delete(key);
    });
    return value;
  };
}
