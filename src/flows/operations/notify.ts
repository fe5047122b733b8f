import type { Account } from '../../accounts/account.ts';
import { writeNotice } from '../../notices/notice.ts';
import type { NoticeFacts, NoticeTemplate } from '../../notices/templates.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { DatabaseChanges } from '../ports.ts';

/** What every notice to the holder of an account may name. */
export function noticeFacts(context: Pick<GatewayContext, 'portal'>, account: Pick<Account, 'name' | 'loginName'>) {
  return { name: account.name, loginName: account.loginName, portal: context.portal.origin };
}

/**
 * Tells the holder of an account something, in the transaction of what it tells of: by mail to his office address, or as
 * a sheet to hand over where none is known (D1-165).
 */
export async function notifyAccount<T extends NoticeTemplate>(
  context: Pick<GatewayContext, 'clock' | 'randomness'>,
  changes: DatabaseChanges,
  account: Pick<Account, 'id' | 'personId'>,
  template: T,
  facts: NoticeFacts<T>,
): Promise<void> {
  const person = await changes.findPerson(account.personId);
  await changes.operations.insertNotice(
    writeNotice({
      id: context.randomness.uuid(),
      template,
      facts,
      accountId: account.id,
      toAddress: person?.email ?? null,
      language: 'zh',
      createdAt: context.clock.now(),
    }),
  );
}
