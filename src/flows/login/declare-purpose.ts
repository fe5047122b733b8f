import { maskValue } from '../../audit/mask.ts';
import type { FieldProblem } from '../../applications/field-problem.ts';
import { isOwnPath } from '../../http-fields/own-path.ts';
import { judgeDeclaration, type TypedDeclaration } from '../../policy/purpose.ts';
import { hashSecret } from '../../sessions/challenge.ts';
import type { Session } from '../../sessions/session.ts';
import { isReturnPath } from '../../sessions/trip.ts';
import { composeEvent, mintSecret, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';
import type { BusinessSystem } from '../ports.ts';
import { holdBack, type TooManyAttempts } from './hold-back.ts';

export type DeclarationOutcome =
  /** `hostCookie` takes the place of the one that the browser has: every node knows of the declaration by it at once. */
  | { readonly ok: true; readonly hostCookie: string }
  | {
      readonly ok: false;
      readonly failure:
        | { readonly code: 'fields-invalid'; readonly problems: readonly FieldProblem[] }
        | { readonly code: 'session-over' }
        | TooManyAttempts;
    };

/** A person says for what, and in which case, he asks a system (使用目的); it is on record before it counts. */
export async function declarePurpose(
  context: GatewayContext,
  input: {
    readonly system: BusinessSystem;
    readonly session: Session;
    readonly typed: TypedDeclaration;
    readonly origin: RequestOrigin;
  },
): Promise<DeclarationOutcome> {
  const { system, session, typed, origin } = input;
  const judged = judgeDeclaration(system.purposes, typed);
  if (!judged.ok) return { ok: false, failure: { code: 'fields-invalid', problems: judged.problems } };
  const { declaration } = judged;
  const { accountId } = session;
  const who = { actor: { kind: 'account', accountId }, accountId, origin } as const;
  const held = await holdBack(context, 'purpose', who);
  if (held !== null) return { ok: false, failure: held };
  const event = composeEvent(context, 'purpose.declared', {
    ...who,
    systemId: system.id,
    sessionReference: session.reference,
    facts: { purpose: declaration.purpose, case: declaration.case === null ? null : maskValue(declaration.case) },
  });
  await context.database.record([event]);
  const hostCookie = mintSecret(context);
  const declared = { declaration, validMs: system.purposeMs };
  const isKept = await context.sessions.declare(session.reference, system.host, hashSecret(hostCookie), declared);
  return isKept ? { ok: true, hostCookie } : { ok: false, failure: { code: 'session-over' } };
}

/** Where a person declares a purpose, on the system's own host. */
export const PURPOSE_PATH = '/.gateway/purpose';

/** The address of that page, which leads back to what was asked for. @param asked path and query */
export function purposePageFor(asked: string): string {
  return `${PURPOSE_PATH}?return=${encodeURIComponent(returnPathOf(asked))}`;
}

/** Where to go after a declaration: within the host, and to nothing of the gateway's own. */
export function returnPathOf(path: string): string {
  return isReturnPath(path) && !isOwnPath(path.split('?')[0] ?? '') ? path : '/';
}
