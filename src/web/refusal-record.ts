import type { Request, Response } from 'express';
import type { Account } from '../accounts/account.ts';
import { composeEvent } from '../flows/gateway-context.ts';
import { visitorOf, type PortalLocals } from './locals.ts';
import type { Portal } from './portal.ts';
import type { FailureCode } from './problem.ts';
import { originOf } from './request-origin.ts';

/** Records that somebody who is logged in tried what he may not (D1-014, D1-060). */
export async function recordRefusal(
  { context }: Portal,
  refused: {
    /** As in the access table, or the path. */
    readonly address: string;
    readonly request: Pick<Request, 'method' | 'socket'>;
    readonly response: Response<unknown, PortalLocals>;
    readonly code: FailureCode;
    /** The account it was tried on. */
    readonly target: Account | null;
  },
): Promise<void> {
  const { address, request, response, code, target } = refused;
  const { person } = visitorOf(response);
  const { account } = person.access;
  await context.database.record([
    composeEvent(context, 'access.refused', {
      actor: { kind: 'account', accountId: account.id },
      accountId: account.id,
      sessionReference: person.session.reference,
      origin: originOf(response),
      facts: { method: request.method, address, code, target: target?.id ?? null },
    }),
  ]);
}
