import type { Account } from '../../../src/accounts/account.ts';
import type { Organisation } from '../../../src/accounts/organisation.ts';
import type { AccountChangeOrder } from '../../../src/flows/accounts/change-account.ts';
import { enableOneDayPassword } from '../../../src/flows/credentials/enable-one-day-password.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import { issueInitialSecret } from '../../../src/flows/credentials/issue-initial-secret.ts';
import { prepareSecret } from '../../../src/flows/credentials/prepare-secret.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import { chainOf } from '../../authority/authority.ts';
import type { IssuedCertificate } from '../../authority/certificate.ts';
import { issueCitizenCertificate, type Holder } from '../../authority/end-entity.ts';
import { anAccount, anEvent } from '../../contract/people-of-record.ts';
import type { CardWorld } from './cards.ts';

const ORDER: AccountChangeOrder = { actor: { kind: 'gateway' }, basis: { kind: 'demo', reference: 'test' } };

export const NEWCOMER: Holder = { name: '示範新進員', serialNumber: '0000000987650001', idLastFour: '4321' };

/** Somebody who has yet to activate the account, with the initial secret that was handed over. */
export async function admitNewcomer(
  context: GatewayContext,
  organisation: Organisation,
  changes: Partial<Account> & { readonly idLastFour?: string | null } = {},
): Promise<{ account: Account; secret: string }> {
  const { idLastFour = NEWCOMER.idLastFour, ...rest } = changes;
  const account = anAccount(organisation, { name: NEWCOMER.name, state: 'pending-activation', ...rest });
  await context.database.change(async store => {
    await store.insertPerson({ id: account.personId, name: account.name, idLastFour });
    await store.insertAccount(account);
    return { result: undefined, events: [anEvent({ accountId: account.id })] };
  });
  return { account, secret: await handOverSecret(context, account) };
}

export async function handOverSecret(context: GatewayContext, account: Account): Promise<string> {
  const prepared = await prepareSecret(context);
  await context.database.change(async store => {
    return { result: undefined, events: [await issueInitialSecret(context, store, account, prepared, ORDER)] };
  });
  return prepared.secret;
}

/** Enables a one-day password as a registrar would; today's unless another day is named. */
export async function enableDay(
  context: GatewayContext,
  account: Account,
  day = taipeiDayOf(context.clock.now()),
): Promise<string> {
  const prepared = await prepareSecret(context);
  const registrar = anAccount({ id: account.organisationId, code: 'x', name: 'x', kind: 'agency' });
  await context.database.change(async store => {
    await store.insertPerson({ id: registrar.personId, name: registrar.name });
    await store.insertAccount(registrar);
    const event = await enableOneDayPassword(context, store, {
      account,
      day,
      applicationNumber: 'D-06-11-115-0001',
      enabledBy: registrar.id,
      prepared,
      order: ORDER,
    });
    return { result: undefined, events: [event] };
  });
  return prepared.secret;
}

export function issueCardOf(world: CardWorld, holder: Holder): Promise<IssuedCertificate> {
  return issueCitizenCertificate(chainOf(world.authority, 'moica-g2')[0], holder, 'sign');
}

export const GOOD_PASSWORD = 'Riverbank7-Lantern';
