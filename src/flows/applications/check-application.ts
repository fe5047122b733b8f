import type { Application } from '../../applications/application.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import type { GatewayContext } from '../gateway-context.ts';

/** What the gateway itself has looked up for whoever decides; a finding, not a decision. */
export interface SystemCheck {
  readonly code: SystemCheckCode;
  readonly isGood: boolean;
  /** A number, a login name or a day that belongs to it. */
  readonly detail: string | null;
}

export const SYSTEM_CHECK_CODES = [
  'unit-fits',
  'account-state',
  'card-registered',
  'no-other-application',
  'person-without-account',
  'login-name-free',
  'nothing-scheduled',
  'on-time',
] as const;
export type SystemCheckCode = (typeof SYSTEM_CHECK_CODES)[number];

/** Looks up everything about an application that a person at the desk would otherwise have to ask for. */
export async function checkApplication(context: GatewayContext, application: Application): Promise<SystemCheck[]> {
  const checks =
    application.subjectAccountId === null
      ? await checkNewPerson(context, application)
      : await checkAccount(context, application, application.subjectAccountId);
  const today = taipeiDayOf(context.clock.now());
  const day = application.effectiveDay;
  return [...checks, { code: 'on-time', isGood: day === null || day >= today, detail: day }];
}

async function checkNewPerson({ database }: GatewayContext, { values }: Application): Promise<SystemCheck[]> {
  const { name = '', idLastFour = '', wishedLoginName = '' } = values.fields;
  const known = await database.applications.listKnownAccounts(name, idLastFour);
  const live = known.find(each => each.isLive)?.loginName ?? null;
  const taken = await database.accounts.findAccountByLoginName(wishedLoginName);
  return [
    { code: 'person-without-account', isGood: live === null, detail: live },
    { code: 'login-name-free', isGood: taken === undefined, detail: wishedLoginName },
  ];
}

async function checkAccount(
  { database, clock }: GatewayContext,
  application: Application,
  accountId: string,
): Promise<SystemCheck[]> {
  const account = await database.accounts.findAccount(accountId);
  const bindings = await database.accounts.listBindings(accountId);
  const now = clock.now();
  const valid = bindings.find(each => each.notAfter > now);
  const audience = { kind: 'person', accountId } as const;
  const open = await database.applications.findApplications(
    { audience, statuses: ['in-review'] },
    { offset: 0, limit: 10 },
  );
  const other = open.applications.find(
    each => each.id !== application.id && each.subjectAccountId === accountId && each.form === application.form,
  );
  const [waiting] = await database.applications.listWaitingChanges({ accountId });
  return [
    { code: 'unit-fits', isGood: account?.unitId === application.unitId, detail: null },
    {
      code: 'account-state',
      isGood: account !== undefined && account.state !== 'deleted',
      detail: account?.loginName ?? null,
    },
    {
      code: 'card-registered',
      isGood: valid !== undefined,
      detail: valid?.notAfter.toISOString().slice(0, 10) ?? null,
    },
    { code: 'no-other-application', isGood: other === undefined, detail: other?.number ?? null },
    { code: 'nothing-scheduled', isGood: waiting === undefined, detail: waiting?.dueDay ?? null },
  ];
}
