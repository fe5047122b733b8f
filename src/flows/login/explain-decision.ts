import { isWithin, type Scope } from '../../accounts/authority.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { isOwnPath } from '../../http-fields/own-path.ts';
import { parseRequestTarget, type TargetFailure } from '../../http-fields/request-target.ts';
import { TAKEN_METHODS } from '../../http-fields/taken-methods.ts';
import { admit, decide, type AllowReason, type DenyReason } from '../../policy/decision.ts';
import { findMismatch, type PolicyRequest, type PolicyRule } from '../../policy/rule.ts';
import { hasAcknowledgedRules } from '../credentials/acknowledge-rules.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { BusinessSystem } from '../ports.ts';

export interface Explanation {
  readonly ok: true;
  readonly allow: boolean;
  readonly reason: AllowReason | DenyReason;
  readonly system: BusinessSystem;
  /** As routed. */
  readonly path: string;
  readonly at: Date;
  /** What the account has in the system on that day. */
  readonly roles: readonly string[];
  /** The rule that counts, from 1; null where none does, or the rules were not asked. */
  readonly rule: number | null;
  /** Each rule up to that one, and why it is not about the request; null: it is the one that counts. */
  readonly considered: readonly { readonly rule: PolicyRule; readonly mismatch: ReturnType<typeof findMismatch> }[];
}

export interface ExplanationFailure {
  readonly ok: false;
  readonly failure: {
    readonly code:
      /** Or beyond the reach of whoever asks. */
      | 'account-not-found'
      /** No business system is there. */
      | 'system-not-found'
      /** `/.gateway/…`: served by the gateway itself, and no rule is asked. */
      | 'own-path'
      /** The gateway refuses it, whatever it is about. */
      | 'method-refused'
      | TargetFailure['code'];
  };
}

/**
 * Says what would be decided of a request by this account, in the order in which requests are judged
 * (`serve-request.ts`), and why. Acknowledged are the rules of use as of now, whatever `at` says.
 *
 * @param scope      whose accounts may be asked about
 * @param asked.url  whole: `https://company.example/path`
 * @param asked.at   default: now
 */
export async function explainDecision(
  context: GatewayContext,
  scope: Scope,
  loginName: string,
  asked: Omit<PolicyRequest, 'path' | 'at'> & { readonly url: string; readonly at?: Date | undefined },
): Promise<Explanation | ExplanationFailure> {
  if (!TAKEN_METHODS.has(asked.method)) return failed('method-refused');
  const found = findTarget(context, asked.url);
  if (!found.ok) return found;
  const { system, path } = found;
  if (isOwnPath(path)) return failed('own-path');
  const account = await context.database.accounts.findAccountByLoginName(loginName);
  if (account === undefined || !isWithin(scope, { ...account, accountId: account.id }))
    return failed('account-not-found');
  const access = await context.database.accounts.findAccess(account.id);
  if (access === undefined) return failed('account-not-found');

  const at = asked.at ?? context.clock.now();
  const known = { ok: true as const, system, path, at, roles: [], rule: null, considered: [] };
  const admission = admit(access, system.id, taipeiDayOf(at));
  if (!admission.allow) return { ...known, ...admission };
  const { roles } = admission;
  if (!(await hasAcknowledgedRules(context, access.account.id))) {
    return { ...known, roles, allow: false, reason: 'rules-not-acknowledged' };
  }
  const request: PolicyRequest = { ...asked, path, at };
  const decision = decide(system.policy, roles, request);
  const considered = system.policy
    .slice(0, decision.rule ?? undefined)
    .map(rule => ({ rule, mismatch: findMismatch(rule, roles, request) }));
  return { ...known, ...decision, roles, considered };
}

function findTarget(
  { systems }: GatewayContext,
  url: string,
): { readonly ok: true; readonly system: BusinessSystem; readonly path: string } | ExplanationFailure {
  // Without a host of its own it would be taken for a path of any system.
  if (url.startsWith('/')) return failed('target-form');
  for (const system of systems.values()) {
    const parsing = parseRequestTarget(url, new URL(system.origin).host);
    if (parsing.ok) return { ok: true, system, path: parsing.target.path };
    if (parsing.failure.code !== 'target-of-another-host') return failed(parsing.failure.code);
  }
  return failed('system-not-found');
}

function failed(code: ExplanationFailure['failure']['code']): ExplanationFailure {
  return { ok: false, failure: { code } };
}
