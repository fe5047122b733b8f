import type { Application } from '../../applications/application.ts';
import type { FormId } from '../../applications/form.ts';
import type { FormFacts } from '../../applications/judge-values.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { AccountReader } from '../ports/accounts.ts';

/** What forms of an organisation are judged against at this moment. */
export async function findFormFacts(
  context: Pick<GatewayContext, 'clock' | 'systems' | 'accountPolicies'>,
  accounts: AccountReader,
  organisationId: string,
): Promise<FormFacts> {
  return {
    today: taipeiDayOf(context.clock.now()),
    systems: context.systems,
    units: (await accounts.listUnits(organisationId)).map(each => each.code),
    oneDayPasswordDays: context.accountPolicies.oneDayPasswordDays,
  };
}

/** The name of the person a form is about, as far as it says. */
export function subjectNameOf(
  form: FormId,
  fields: Application['values']['fields'],
  accountName: string | null,
): string {
  return accountName ?? (form !== 'D-06-11' && fields['change'] === 'add' ? (fields['name'] ?? '') : '');
}
