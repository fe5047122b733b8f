import { findAuthority, KEEPERS, type Authority, type Place } from '../accounts/authority.ts';
import type { GatewayRole } from '../accounts/account.ts';
import { GRANT_APPROVERS } from '../flows/accounts/settle-migrated-grant.ts';
import { SESSION_ENDERS } from '../flows/sessions/end-sessions-of-others.ts';
import { OUTBOX_READERS, OVERSEEING, PERSONNEL_READERS, POLICY_READERS, SESSION_READERS } from './audiences.ts';

/**
 * Every address of the portal, who may use it, and how far his authority must reach: the one table (requirement D1-096).
 *
 * An address without a row here does not exist: `portal-routes.ts` gives the handlers of exactly these rows (the compiler
 * holds both to each other), and `middleware/admission.ts` runs before each of them. Whoever is not named is refused.
 * The order of the rows is the order in which addresses are matched, so `/accounts/new` goes before `/accounts/:account`.
 *
 * To add a page: a row here, its handlers in `portal-routes.ts`. What the handlers find in `response.locals`:
 * `visitor` (below `who: 'browser'`), and where somebody must be logged in `person` and `authorities`, or by one call
 * `visitorOf(response)`; with `scope: 'account'` also `target`.
 */
export interface AddressRule {
  /**
   * - `world`: everybody; no browser session is looked up
   * - `browser`: everybody; the handler finds the browser's session and who is logged in, if anybody
   * - `applicant`: who has signed with a card that has no account, in this browser; nobody else, not even who is logged in
   * - `person`: whoever is logged in
   * - roles: who holds one of them today, in his own name or as a deputy
   */
  readonly who: 'world' | 'browser' | 'applicant' | 'person' | readonly GatewayRole[];
  /**
   * How the request is narrowed to what the visitor's authority reaches.
   *
   * - `none`: it is about nobody (texts, forms that are not filled in yet)
   * - `self`: about the visitor's own account and nothing else; the handler takes no account from outside
   * - `account`: `:account` of the path is an account's id; it must lie within the reach of one of the roles of `who`.
   *   Judged here: another is refused and recorded, one that does not exist is 404
   * - `list`: a list cut to the reach of the roles of `who` (`reachOf`)
   * - `journey`: the journey (`src/flows`) judges by `authorities`, inside the change, and answers 403 as data
   */
  readonly scope: 'none' | 'self' | 'account' | 'list' | 'journey';
  /**
   * Approves, executes, enables, binds, signs or exports (DESIGN §5.7): refused to a session by one-day password,
   * whatever the roles.
   */
  readonly decides?: true;
  /** Asked by a page, not by the person who reads it: never his activity. */
  readonly isBackground?: true;
  /**
   * Leads out: is served although nobody can be looked up, because taking access away is never refused (DESIGN §2). The handler
   * then finds no visitor, whatever `who` says, and goes by `findSessionToEnd`.
   */
  readonly isWayOut?: true;
  /** A GET that takes up something of use once, by whoever means to: programs that look at links (HEAD) do not. */
  readonly spends?: true;
  /**
   * What a POST carries; each form is read, and its `token` field checked, before the handler runs.
   *
   * - `form`: up to 1 MiB and 200 fields, because what was typed too long comes back with a message beside it
   * - `short-form`: 8 KiB, for forms that anybody may send
   * - `bare-form`: the same without a token, for a form that a page may show before its browser has a session, and that
   *   begins what only this browser can finish
   * - `upload`: multipart/form-data; fields as in `form`, files as `UploadedFile` (`middleware/bodies.ts`)
   * - `json`: `application/json` only, no token: no foreign form can send it
   *
   * `form` takes `application/json` with the same fields, too.
   */
  readonly body?: 'form' | 'short-form' | 'bare-form' | 'upload' | 'json';
}

export interface AddressRules {
  /** Answers HEAD, too, unless it `spends`. */
  readonly get?: AddressRule;
  readonly post?: AddressRule;
}

const WORLD = { who: 'world', scope: 'none' } as const satisfies AddressRule;
const BROWSER = { who: 'browser', scope: 'none' } as const satisfies AddressRule;
const APPLYING = { who: 'applicant', scope: 'self' } as const satisfies AddressRule;
const OWN = { who: 'person', scope: 'self' } as const satisfies AddressRule;

const SUSPENDING = {
  who: ['registrar', 'ministry-administrator'],
  scope: 'account',
  decides: true,
  body: 'form',
} as const satisfies AddressRule;

/** One's own forms, and those of others as far as the journey lets them be seen. */
const FILING = { who: 'person', scope: 'journey' } as const satisfies AddressRule;

/** The desks of an application; a deputy comes as the unit head. */
const DECIDING = {
  who: ['unit-head', 'registrar', 'case-officer', 'ministry-administrator'],
  scope: 'journey',
  decides: true,
  body: 'form',
} as const satisfies AddressRule;

const KEEPING_ORGANISATIONS = {
  who: ['ministry-administrator'],
  scope: 'none',
  decides: true,
  body: 'form',
} as const satisfies AddressRule;

const OPERATING = {
  who: ['registrar', 'ministry-administrator'],
  scope: 'journey',
  decides: true,
  body: 'form',
} as const satisfies AddressRule;

export const ACCESS = {
  '/.well-known/jwks.json': { get: WORLD },
  '/assets/*name': { get: WORLD },
  '/help/:page': { get: WORLD },
  '/figures/:figure': { get: WORLD },
  '/language': { post: { ...WORLD, body: 'short-form' } },
  '/login/failed': { get: WORLD },
  '/logged-out': { get: WORLD },

  '/login': { get: BROWSER },
  '/login/card/challenge': { post: { ...BROWSER, body: 'json' } },
  '/login/card': { post: { ...BROWSER, body: 'json' } },
  '/login/card/trouble': { post: { ...BROWSER, body: 'json' } },
  '/login/tls': { post: { ...BROWSER, body: 'bare-form' } },
  '/login/tls/return': { get: { ...BROWSER, spends: true } },
  '/logout': { get: { ...BROWSER, isWayOut: true }, post: { ...BROWSER, isWayOut: true, body: 'short-form' } },
  '/session': { get: { ...BROWSER, isBackground: true }, post: { ...BROWSER, body: 'json' } },

  '/login/one-day-password': { get: BROWSER, post: { ...BROWSER, body: 'short-form' } },
  '/login/one-day-password/change': { get: BROWSER, post: { ...BROWSER, body: 'short-form' } },
  '/activate': { get: BROWSER, post: { ...BROWSER, body: 'short-form' } },
  '/activate/step': { get: BROWSER },
  '/activate/password': { post: { ...BROWSER, body: 'short-form' } },
  '/activate/rules': { post: { ...BROWSER, body: 'short-form' } },
  '/activate/card/challenge': { post: { ...BROWSER, body: 'json' } },
  '/activate/card': { post: { ...BROWSER, body: 'json' } },
  '/activate/done': { get: WORLD },
  '/rebind': { get: BROWSER, post: { ...BROWSER, body: 'short-form' } },

  '/rules/acknowledge': { get: OWN, post: { ...OWN, body: 'short-form' } },
  '/': { get: OWN },

  '/apply': { get: BROWSER },
  '/apply/card/challenge': { post: { ...BROWSER, body: 'json' } },
  '/apply/card': { post: { ...BROWSER, body: 'json' } },
  '/apply/leave': { post: { ...APPLYING, body: 'short-form' } },
  '/apply/applications': { get: APPLYING },
  '/apply/applications/new': { get: APPLYING },
  '/apply/applications/new/:form': { get: APPLYING, post: { ...APPLYING, body: 'form' } },
  '/apply/applications/:number': { get: APPLYING },
  '/apply/applications/:number/edit': { get: APPLYING, post: { ...APPLYING, body: 'form' } },
  '/apply/applications/:number/print': { get: APPLYING },
  '/apply/applications/:number/pdf': { get: APPLYING },
  '/apply/applications/:number/withdraw': { post: { ...APPLYING, body: 'form' } },
  '/apply/applications/:number/attachments': { post: { ...APPLYING, body: 'upload' } },
  '/apply/applications/:number/attachments/:attachment': { get: APPLYING },
  '/apply/applications/:number/attachments/:attachment/remove': { post: { ...APPLYING, body: 'short-form' } },

  '/inbox': { get: { who: 'person', scope: 'list' } },
  '/applications': { get: OWN },
  '/applications/register': { get: { who: OVERSEEING, scope: 'list' } },
  '/applications/new': { get: FILING },
  '/applications/new/:form': { get: FILING, post: { ...FILING, body: 'form' } },
  '/applications/:number': { get: FILING },
  '/applications/:number/edit': { get: FILING, post: { ...FILING, body: 'form' } },
  '/applications/:number/print': { get: FILING },
  '/applications/:number/pdf': { get: FILING },
  '/applications/:number/letter-sheet': { get: FILING },
  '/applications/:number/withdraw': { post: { ...FILING, body: 'form' } },
  '/applications/:number/attachments': { post: { ...FILING, body: 'upload' } },
  '/applications/:number/attachments/:attachment': { get: FILING },
  '/applications/:number/attachments/:attachment/remove': { post: { ...FILING, body: 'short-form' } },
  '/applications/:number/decide': { post: DECIDING },
  '/applications/:number/sign': { get: { who: DECIDING.who, scope: 'journey', decides: true } },
  '/applications/:number/sign/challenge': { post: { ...DECIDING, body: 'json' } },
  '/applications/:number/sign/card': { post: { ...DECIDING, body: 'json' } },
  '/applications/:number/letter': { post: { ...DECIDING, body: 'upload' } },
  '/applications/:number/execute': { post: DECIDING },
  '/applications/:number/archive': { post: DECIDING },
  '/applications/:number/package': { post: { ...DECIDING, who: OVERSEEING, body: 'short-form' } },
  '/reconcile': { get: { who: OVERSEEING, scope: 'list' } },
  '/due': { get: { who: OVERSEEING, scope: 'list' } },

  '/one-day-passwords': { get: { who: OVERSEEING, scope: 'list' } },
  '/bindings': { get: { who: KEEPERS, scope: 'list' } },
  '/bindings/:request': {
    get: { who: KEEPERS, scope: 'journey' },
    post: { who: KEEPERS, scope: 'journey', decides: true, body: 'form' },
  },

  '/sessions': { get: OWN },
  '/sessions/end': { post: { ...OWN, isWayOut: true, body: 'short-form' } },
  '/sessions/register': { get: { who: SESSION_READERS, scope: 'list' } },
  '/sessions/register/export': { post: { who: SESSION_READERS, scope: 'list', decides: true, body: 'short-form' } },
  '/sessions/register/end': {
    get: { who: SESSION_ENDERS, scope: 'list', decides: true },
    post: { who: SESSION_ENDERS, scope: 'journey', decides: true, body: 'form' },
  },

  '/profile': { get: OWN, post: { ...OWN, body: 'form' } },
  '/profile/data': { post: { ...OWN, decides: true, body: 'short-form' } },

  '/organisations': { get: { who: 'person', scope: 'list' }, post: KEEPING_ORGANISATIONS },
  '/organisations/:organisation': {
    get: { who: ['ministry-administrator'], scope: 'none' },
    post: KEEPING_ORGANISATIONS,
  },
  '/organisations/:organisation/units': { post: KEEPING_ORGANISATIONS },
  '/organisations/:organisation/units/:unit': { post: KEEPING_ORGANISATIONS },

  '/systems': { get: { who: 'person', scope: 'none' } },
  '/policy/explain': { get: { who: POLICY_READERS, scope: 'list' } },
  '/compliance': { get: { who: OVERSEEING, scope: 'none' } },
  '/rules/acknowledgements': { get: { who: OVERSEEING, scope: 'list' } },

  '/deputies': {
    get: { who: ['unit-head', 'registrar'], scope: 'list' },
    post: { who: ['unit-head', 'registrar'], scope: 'journey', decides: true, body: 'form' },
  },
  '/deputies/:deputyship/end': {
    post: { who: ['unit-head', 'registrar'], scope: 'journey', decides: true, body: 'short-form' },
  },

  '/personnel': { get: { who: PERSONNEL_READERS, scope: 'list' } },
  '/personnel/import': { post: { ...OPERATING, body: 'upload' } },
  '/personnel/settle': { post: OPERATING },
  '/personnel/checks/:check/close': { post: OPERATING },
  '/personnel/export': { post: { who: PERSONNEL_READERS, scope: 'list', decides: true, body: 'short-form' } },
  '/dormancy': { get: { who: OVERSEEING, scope: 'list' } },
  '/dormancy/exemptions': { post: OPERATING },
  '/dormancy/export': { post: { who: OVERSEEING, scope: 'list', decides: true, body: 'short-form' } },
  '/outbox': { get: { who: OUTBOX_READERS, scope: 'list' } },
  '/outbox/export': { post: { who: OUTBOX_READERS, scope: 'list', decides: true, body: 'short-form' } },
  '/outbox/:notice/sheet': {
    get: { who: ['registrar', 'ministry-administrator'], scope: 'journey', decides: true },
  },
  '/outbox/:notice/hand-over': { post: { ...OPERATING, body: 'short-form' } },
  '/jobs': { get: { who: ['case-officer', 'ministry-administrator', 'auditor'], scope: 'none' } },

  '/accounts': { get: { who: 'person', scope: 'list' } },
  '/accounts/export': { post: { who: OVERSEEING, scope: 'list', decides: true, body: 'short-form' } },
  '/accounts/:account': { get: { who: 'person', scope: 'account' } },
  '/accounts/:account/initial-secret': {
    get: { who: KEEPERS, scope: 'account', decides: true },
    post: { who: KEEPERS, scope: 'account', decides: true, body: 'form' },
  },
  '/accounts/:account/suspend': { post: SUSPENDING },
  '/accounts/:account/resume': { post: SUSPENDING },
  '/accounts/:account/grants/:grant': { post: { who: GRANT_APPROVERS, scope: 'account', decides: true, body: 'form' } },
} as const satisfies Readonly<Record<string, AddressRules>>;

export type Address = keyof typeof ACCESS;

/** Who is asking, as far as the table needs to know. */
export interface AccessVisitor {
  readonly authorities: readonly Authority[];
  /** Whether the session may decide: not one by one-day password. */
  readonly mayDecide: boolean;
}

export type AccessRefusal = 'not-logged-in' | 'access-refused' | 'card-session-required';

/**
 * Judges one row for one visitor.
 *
 * @param visitor undefined: nobody is logged in
 * @param place   where the account of the path belongs; only for rows with `scope: 'account'`, which without it refuse
 */
export function judgeAccess(
  rule: AddressRule,
  visitor: AccessVisitor | undefined,
  place?: Place,
): AccessRefusal | null {
  if (rule.who === 'world' || rule.who === 'browser') return null;
  // An applicant has no authorities: `admission.ts` looks for his ticket.
  if (rule.who === 'applicant') return 'not-logged-in';
  if (visitor === undefined) return 'not-logged-in';
  if (rule.who !== 'person' && !visitor.authorities.some(({ role }) => rule.who.includes(role))) {
    return 'access-refused';
  }
  if (rule.scope === 'account' && (place === undefined || !isReached(rule, visitor, place))) return 'access-refused';
  return rule.decides === true && !visitor.mayDecide ? 'card-session-required' : null;
}

function isReached(rule: AddressRule, { authorities }: AccessVisitor, place: Place): boolean {
  const roles = typeof rule.who === 'string' ? authorities.map(({ role }) => role) : rule.who;
  return findAuthority(authorities, roles, place) !== undefined;
}
