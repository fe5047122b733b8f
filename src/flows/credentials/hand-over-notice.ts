import type { GatewayRole } from '../../accounts/account.ts';
import {
  findDecidingAuthority,
  recordedActor,
  refuse,
  type DeskActor,
  type DeskOutcome,
} from '../accounts/desk-act.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/** Who hands notices over as printed sheets. */
export const HANDING_ROLES: readonly GatewayRole[] = ['registrar', 'ministry-administrator'];

/** Records that a notice was handed over as a sheet (D1-165): to whom, in which version of the text, when, by whom. */
export async function handOverNotice(
  context: GatewayContext,
  act: { readonly actor: DeskActor; readonly noticeId: string },
): Promise<DeskOutcome> {
  const { actor } = act;
  return context.database.change<DeskOutcome>(async changes => {
    const entry = await changes.operations.findNotice(act.noticeId);
    const accountId = entry?.notice.accountId ?? null;
    const account = accountId === null ? undefined : await changes.findAccount(accountId);
    if (entry === undefined) return refuse({ code: 'changed-meanwhile' });
    // A notice to somebody without an account belongs to no agency: 本署 hands it over.
    const place = account === undefined ? { organisationId: '', unitId: null } : { ...account, accountId: account.id };
    const authority = await findDecidingAuthority(context, changes, actor, HANDING_ROLES, place);
    if (authority === undefined) return refuse({ code: 'access-refused' });
    if (entry.state !== 'to-hand-over' && entry.state !== 'failed') return refuse({ code: 'changed-meanwhile' });
    await changes.operations.markNoticeHandedOver(entry.notice.id, actor.accountId, context.clock.now());
    const { id, textVersion, language } = entry.notice;
    const event = composeEvent(context, 'notice.handed-over', {
      actor: recordedActor(actor),
      origin: actor.origin,
      ...(accountId === null ? {} : { accountId }),
      facts: { notice: id, channel: 'sheet', textVersion, language },
    });
    return { result: { ok: true }, events: [event] };
  });
}
