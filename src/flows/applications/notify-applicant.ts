import type { Application } from '../../applications/application.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { writeNotice } from '../../notices/notice.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';

type Template =
  | 'application-returned'
  | 'application-approved'
  | 'application-refused'
  | 'application-executed'
  | 'application-scheduled'
  | 'account-opened'
  | 'one-day-password-enabled';

/**
 * Tells the person whom an application is about what became of it (D1-011, D1-165): a notice in the outbox, by mail where
 * an address is known, else as a sheet to hand over. It names no secret.
 *
 * @returns the event, which says the channel and the version of the text
 */
export async function notifyApplicant(
  context: Pick<GatewayContext, 'clock' | 'randomness' | 'portal'>,
  changes: DatabaseChanges,
  application: Application,
  template: Template,
  about: { readonly note?: string; readonly loginName?: string },
): Promise<AuditEvent> {
  const { subjectAccountId, subjectPersonId, filer, form, number } = application;
  const accountId = subjectAccountId ?? (filer.kind === 'account' ? filer.accountId : null);
  const person = subjectPersonId === null ? undefined : await changes.findPerson(subjectPersonId);
  const toAddress = person?.email ?? (application.values.fields['email'] || null);
  const notice = writeNotice({
    id: context.randomness.uuid(),
    template,
    facts: {
      number,
      form,
      name: application.subjectName,
      note: about.note ?? '',
      loginName: about.loginName ?? '',
      day: application.effectiveDay ?? '',
      portal: context.portal.origin,
    },
    accountId,
    toAddress,
    language: 'zh',
    createdAt: context.clock.now(),
  });
  await changes.operations.insertNotice(notice);
  return composeEvent(context, 'application.notified', {
    actor: { kind: 'gateway' },
    ...(accountId === null ? {} : { accountId }),
    facts: { number, template, textVersion: notice.textVersion, channel: toAddress === null ? 'sheet' : 'mail' },
  });
}
