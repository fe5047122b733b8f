import { taipeiDayOf, type TaipeiDay } from '../../calendar/taipei-day.ts';
import { ASSERTION_LIFETIME_S, IDENTITY_FIELDS, type AssertionClaims } from '../../http-fields/identity-assertion.ts';
import {
  admit,
  decide,
  type Access,
  type Admission,
  type AllowReason,
  type Decision,
  type DenyReason,
} from '../../policy/decision.ts';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import { findTaken, type Declaration } from '../../policy/purpose.ts';
import { isBackgroundPath, isPersonActivity, type RequestSigns } from '../../sessions/activity.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { BusinessSystem } from '../ports.ts';
import type { SessionCheck } from '../ports/session-store.ts';
import { soon, type Soon } from '../soon.ts';
import type { StatedFacts } from './assertion-cache.ts';
import type { WhyOver } from './portal-session.ts';

/** What every verdict on a session that stands tells. */
interface Recognised {
  readonly session: Session;
  /** The rule that counted, from 1; null where rules were not asked. */
  readonly rule: number | null;
  /** The purpose that the person has declared here, if he has and it counts. */
  readonly declaration: Declaration | null;
}

export type RequestVerdict =
  | ({
      readonly kind: 'pass';
      /** When the check of its session was begun, in milliseconds of `performance.now()`: what has ended since is not in it. */
      readonly checkedMs: number;
      /** Fields that tell the system who asks, names and values in turn: all but the request's own name. */
      readonly identity: readonly string[];
      readonly reason: AllowReason;
    } & Recognised)
  /** No (live) session on this host. */
  | ({ readonly kind: 'no-session' } & WhyOver)
  | ({ readonly kind: 'denied'; readonly reason: DenyReason } & Recognised);

type Passed = Extract<RequestVerdict, { readonly kind: 'pass' }>;

/** A request that is to be judged. */
export interface RequestToJudge {
  readonly system: BusinessSystem;
  readonly cookie?: string | undefined;
  /** Normalised, without query. */
  readonly path: string;
  readonly signs: RequestSigns;
  readonly clientAddress: string;
  /** It only lets the person in: the system's rules judge what is asked for afterwards. */
  readonly isEntry?: boolean;
  /** It was judged before, and the person's activity has counted then. */
  readonly isAgain?: boolean;
  /** Of what has gone on since it was judged: its session, by which it is judged again. Its cookie may have given way to newer ones. */
  readonly standsIn?: string;
}

/** What was stated of a session last, and on what that rests: the same objects mean that nothing was read anew. */
interface Statement {
  readonly system: BusinessSystem;
  readonly access: Access;
  readonly day: TaipeiDay;
  readonly admission: Admission;
  readonly organisation: Organisation;
  readonly unit: Unit | null;
  readonly declaration: Declaration | null;
  readonly facts: StatedFacts;
  readonly assertion: string;
  readonly identity: readonly string[];
}

/**
 * Decides one request to a business system before a byte of it goes anywhere (D3-07): session → account and grants →
 * policy → identity. Made once per process; keeps what it read of an account for at most a second, and answers at once where
 * all of it is at hand.
 */
export function createRequestJudge(context: GatewayContext): (request: RequestToJudge) => Soon<RequestVerdict> {
  const accounts = cacheFor(1_000, context, (accountId: string) => context.database.accounts.findAccess(accountId));
  const organisations = cacheFor(1_000, context, (id: string) => context.database.accounts.findOrganisation(id));
  const units = cacheFor(1_000, context, (id: string) => context.database.accounts.findUnit(id));
  const rules = rulesKeeper(context);
  const stated = new WeakMap<Session, Statement>();

  return request => {
    const { system, path, signs } = request;
    const isPerson =
      request.standsIn === undefined &&
      request.isAgain !== true &&
      isPersonActivity(signs) &&
      !isBackgroundPath(path, system.backgroundPaths);
    const checkedMs = performance.now();
    return soon(checkSession(context.sessions, request, isPerson), check => {
      if (!check.alive) return { ...check, kind: 'no-session' };
      const { session } = check.live;
      const declaration = findTaken(system.purposes, check.live.declaration);
      return soon(accounts(session.accountId), access =>
        access === undefined
          ? denied({ session, declaration }, 'account-not-active')
          : judgeKnown(request, { session, checkedMs, declaration, access }),
      );
    });
  };

  function judgeKnown(
    request: RequestToJudge,
    known: Pick<Passed, 'session' | 'checkedMs' | 'declaration'> & { readonly access: Access },
  ): Soon<RequestVerdict> {
    const { system } = request;
    const { session, checkedMs, declaration, access } = known;
    const at = context.clock.now();
    const day = taipeiDayOf(at);
    const before = stated.get(session);
    const isSame = before !== undefined && before.access === access && before.system === system && before.day === day;
    const admission = isSame ? before.admission : admit(access, system.id, day);
    if (!admission.allow) return denied(known, admission.reason);
    return soon(rules(session.accountId), isInformed => {
      if (!isInformed) return denied(known, 'rules-not-acknowledged');
      const allowed = request.isEntry === true ? ENTRY : judgeByPolicy(request, known, admission.roles, at);
      if (!allowed.allow) return denied(known, allowed.reason, allowed.rule);
      const { organisationId, unitId } = access.account;
      return soon(organisations(organisationId), organisation =>
        soon(unitId === null ? null : units(unitId), unit => {
          if (organisation === undefined || unit === undefined) return denied(known, 'account-not-active');
          const rest = { system, access, day, admission, organisation, unit, declaration };
          const facts = isSame && restsOn(before, rest) ? before.facts : composeFacts(session, rest, admission.roles);
          const nowMs = at.getTime();
          const signing = context.assertions.signed(facts, nowMs, () => composeClaims(context, facts, nowMs));
          return soon(signing, assertion => {
            let statement = before;
            if (statement?.facts !== facts || statement.assertion !== assertion) {
              const identity = identityFields(assertion, facts, access.account.loginName);
              statement = { ...rest, facts, assertion, identity };
              stated.set(session, statement);
            }
            const { identity } = statement;
            return {
              kind: 'pass',
              session,
              checkedMs,
              identity,
              reason: allowed.reason,
              rule: allowed.rule,
              declaration,
            };
          });
        }),
      );
    });
  }
}

function checkSession(
  sessions: GatewayContext['sessions'],
  { system, cookie, standsIn }: RequestToJudge,
  isPerson: boolean,
): Soon<SessionCheck> {
  if (standsIn !== undefined) return sessions.checkAgain(system.host, standsIn);
  if (cookie === undefined) return { alive: false, endedBecause: null };
  return sessions.check(system.host, hashSecret(cookie), isPerson);
}

/** Whoever only comes in asks for nothing yet. */
const ENTRY = { allow: true, reason: 'role-granted', rule: null } as const;

function judgeByPolicy(
  { system, signs, path, clientAddress }: RequestToJudge,
  { session, declaration }: Pick<Passed, 'session' | 'declaration'>,
  roles: readonly string[],
  at: Date,
): Decision {
  const asked = { method: signs.method, path, clientAddress, at };
  const isPurposeDeclared = declaration !== null;
  return decide(system.policy, roles, { ...asked, authentication: session.method, isPurposeDeclared });
}

function denied(
  { session, declaration }: Pick<Passed, 'session' | 'declaration'>,
  reason: DenyReason,
  rule: number | null = null,
): RequestVerdict {
  return { kind: 'denied', session, declaration, reason, rule };
}

type Rest = Pick<Statement, 'access' | 'system' | 'organisation' | 'unit' | 'declaration'>;

function restsOn(before: Rest, { organisation, unit, declaration }: Rest): boolean {
  return before.organisation === organisation && before.unit === unit && before.declaration === declaration;
}

function composeFacts(
  session: Session,
  { system, access, organisation, unit, declaration }: Rest,
  roles: readonly string[],
): StatedFacts {
  return {
    session,
    audience: system.origin,
    name: access.account.name,
    organisation: organisation.code,
    unit: unit?.code ?? null,
    roles,
    purpose: declaration?.purpose ?? null,
    caseNumber: declaration?.case ?? null,
  };
}

function identityFields(
  assertion: string,
  { session, organisation, roles }: StatedFacts,
  loginName: string,
): readonly string[] {
  return [
    IDENTITY_FIELDS.assertion,
    assertion,
    IDENTITY_FIELDS.user,
    loginName,
    IDENTITY_FIELDS.organization,
    organisation,
    IDENTITY_FIELDS.roles,
    roles.join(','),
    IDENTITY_FIELDS.authMethod,
    session.method,
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
function rulesKeeper(context: GatewayContext): (accountId: string) => Soon<boolean> {
  const known = new Set<string>();
  return accountId =>
    known.has(accountId) ||
    hasAcknowledgedRules(context, accountId).then(isInformed => {
      if (!isInformed) return false;
      if (known.size >= 10_000) known.clear();
      known.add(accountId);
      return true;
    });
}

/**
 * Remembers a read for `maxAgeMs` from its beginning; whoever asks while it is under way waits for the same one, so that
 * what grows old under load is read once. A read that fails is not remembered. At most 10,000 keys (a ministry's accounts).
 */
function cacheFor<T>(maxAgeMs: number, context: GatewayContext, read: (key: string) => Promise<T>) {
  const held = new Map<string, { value: Soon<T>; readonly readAtMs: number }>();
  return (key: string): Soon<T> => {
    const nowMs = context.clock.now().getTime();
    const entry = held.get(key);
    if (entry !== undefined && nowMs - entry.readAtMs < maxAgeMs) return entry.value;
    const reading = read(key);
    if (held.size >= 10_000) held.clear();
    const begun: { value: Soon<T>; readonly readAtMs: number } = { value: reading, readAtMs: nowMs };
    held.set(key, begun);
    reading.then(
      value => (begun.value = value),
      () => {
        if (held.get(key) === begun) held.delete(key);
      },
    );
    return reading;
  };
}
