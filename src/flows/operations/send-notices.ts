import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import type { MailSender } from '../ports/mail.ts';
import type { OutboxEntry } from '../ports/operations.ts';

/** At one tick; the next one goes on. */
const BATCH = 50;

/** Pauses after each failed attempt: five minutes to a day. After the last one the notice is given up. */
const PAUSES_MINUTES = [5, 15, 60, 240, 720, 1_440, 1_440, 1_440];

/**
 * Sends what waits in the outbox, at least once: a crash between the server's answer and our note of it sends a mail again,
 * under the same Message-ID. What was given up is handed over as a sheet.
 */
export async function sendNotices(
  context: GatewayContext,
  mail: MailSender,
): Promise<{ readonly sent: number; readonly failed: number }> {
  const counts = { sent: 0, failed: 0 };
  for (const entry of await context.database.operations.listDueNotices(context.clock.now(), BATCH)) {
    const outcome = await mail.send({
      id: entry.notice.id,
      to: entry.notice.toAddress ?? '',
      subject: entry.notice.subject,
      body: entry.notice.body,
    });
    if (outcome.ok) counts.sent += 1;
    else counts.failed += 1;
    await settle(context, entry, outcome);
    // A server that does not answer would not answer for the next one either, and other jobs wait behind this one.
    if (!outcome.ok && outcome.responseCode === null) break;
  }
  return counts;
}

async function settle(
  context: GatewayContext,
  { notice, failedAttempts }: OutboxEntry,
  outcome: Awaited<ReturnType<MailSender['send']>>,
): Promise<void> {
  const about = {
    actor: { kind: 'gateway' },
    ...(notice.accountId === null ? {} : { accountId: notice.accountId }),
  } as const;
  const facts = { notice: notice.id, channel: 'mail', textVersion: notice.textVersion, language: notice.language };
  const now = context.clock.now();
  await context.database.change(async changes => {
    if (outcome.ok) {
      await changes.operations.markNoticeSent(notice.id, now);
      return { result: undefined, events: [composeEvent(context, 'mail.sent', { ...about, facts })] };
    }
    const pause = outcome.isPermanent ? undefined : PAUSES_MINUTES[failedAttempts];
    const next = pause === undefined ? null : new Date(now.getTime() + pause * 60_000);
    await changes.operations.markNoticeFailed(notice.id, outcome.problem, next);
    const event = composeEvent(context, 'mail.failed', {
      ...about,
      facts: { ...facts, attempt: failedAttempts + 1, givenUp: next === null, responseCode: outcome.responseCode },
    });
    return { result: undefined, events: [event] };
  });
}
