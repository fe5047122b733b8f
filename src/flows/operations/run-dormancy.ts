import { canBecome, type Account, type GatewayRole } from '../../accounts/account.ts';
import { nameRule, type DormancyPolicy } from '../../accounts/dormancy.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { formatTaipeiTime, taipeiDayOf } from '../../calendar/taipei-day.ts';
import { changeState, endSessionsOf, type AccountChangeOrder } from '../accounts/change-account.ts';
import { judgeInChange, previewDormancy, type DormantAccount } from './dormancy.ts';
import { composeEvent, type GatewayContext } from '../gateway-context.ts';
import { noticeFacts, notifyAccount } from './notify.ts';
import type { Change, DatabaseChanges } from '../ports.ts';
import { LeaseLostFault, type DormancyRun } from '../ports/operations.ts';

const GATEWAY = { kind: 'gateway' } as const;

/**
 * Carries out the rule for accounts that nobody uses (document 1, 五(十); D1-100, D1-101): warns, and after the warning's
 * days suspends or deletes as configured. Each account is judged anew inside its own change, so that somebody who has just
 * logged in, was just exempted or is a new account of the same person is left alone; each act names rule and run.
 *
 * @throws Error at the end, when accounts could not be dealt with: those behind them were, and the next run tries again
 */
export async function runDormancy(context: GatewayContext, policy: DormancyPolicy): Promise<DormancyRun> {
  const startedAt = context.clock.now();
  const run = { id: context.randomness.uuid(), day: taipeiDayOf(startedAt), rule: nameRule(policy), startedAt };
  const counts = { warned: 0, acted: 0, kept: 0 };
  const failures: string[] = [];
  const everything = [{ scope: { kind: 'everything' } }] as const;
  for (const candidate of await previewDormancy(context.database, policy, run.day, everything)) {
    const { id } = candidate.account;
    try {
      const done = await carryOut(context, id, policy, run);
      if (done !== 'nothing') counts[done] += 1;
    } catch (error) {
      if (error instanceof LeaseLostFault) throw error;
      // Without a store there is no next account either.
      await context.database.ping();
      failures.push(`account ${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const whole = { ...run, ...counts };
  await context.database.change(async changes => {
    await changes.operations.insertDormancyRun(whole);
    const facts = { run: run.id, rule: run.rule, day: run.day, ...counts, failed: failures.length };
    return { result: undefined, events: [composeEvent(context, 'dormancy.completed', { actor: GATEWAY, facts })] };
  });
  if (failures.length > 0) throw new Error(`${failures.length} of the accounts failed; ${failures[0] ?? ''}`);
  return whole;
}

type Done = 'warned' | 'acted' | 'kept' | 'nothing';
type Run = Pick<DormancyRun, 'id' | 'day' | 'rule'>;

async function carryOut(context: GatewayContext, id: string, policy: DormancyPolicy, run: Run): Promise<Done> {
  const done = await context.database.change(async (changes): Promise<Change<Done>> => {
    const now = await judgeInChange(changes, id, policy, run.day);
    switch (now?.verdict.kind) {
      case 'warn':
        return { result: 'warned', events: [await warn(context, changes, now, policy, run)] };
      case 'act':
        return { result: 'acted', events: await act(context, changes, now, policy, run) };
      case 'kept':
        return { result: 'kept', events: [await tellOfKept(context, changes, now, now.verdict.role, run)] };
      case 'warned':
      case 'exempt':
      case undefined:
        return { result: 'nothing', unchanged: true };
    }
  });
  if (done === 'acted') await endSessionsOf(context, [id], 'account-changed', { actor: GATEWAY });
  return done;
}

const ACTION_WORDS = { suspend: '停用', delete: '刪除' } as const;

async function warn(
  context: GatewayContext,
  changes: DatabaseChanges,
  { account, verdict }: DormantAccount,
  policy: DormancyPolicy,
  run: Run,
): Promise<AuditEvent> {
  const { idleSince } = verdict;
  const actOn = verdict.kind === 'warn' ? verdict.actOn : run.day;
  await changes.operations.setDormancyWarning({ accountId: account.id, idleSince, warnedOn: run.day });
  await notifyAccount(context, changes, account, 'dormancy-warning', {
    ...noticeFacts(context, account),
    since: formatTaipeiTime(idleSince),
    action: ACTION_WORDS[policy.action],
    day: actOn,
  });
  return dormancyEvent(context, account, { ...ruleFacts(run), idleSince: idleSince.toISOString(), actOn });
}

async function act(
  context: GatewayContext,
  changes: DatabaseChanges,
  { account, verdict }: DormantAccount,
  policy: DormancyPolicy,
  run: Run,
): Promise<[AuditEvent, ...AuditEvent[]]> {
  const to = policy.action === 'suspend' ? 'suspended' : 'deleted';
  if (!canBecome(account.state, to)) throw new Error(`${account.loginName} is ${account.state}.`);
  const order: AccountChangeOrder = {
    actor: GATEWAY,
    basis: { kind: 'policy', reference: `${run.rule} (run ${run.id})` },
  };
  await notifyAccount(context, changes, account, 'dormancy-acted', {
    ...noticeFacts(context, account),
    since: formatTaipeiTime(verdict.idleSince),
    action: ACTION_WORDS[policy.action],
    run: run.id,
  });
  const [first, ...others] = await changeState(context, changes, account, to, order, run.rule);
  if (first === undefined) throw new Error('A change of state has its event.');
  return [first, ...others];
}

/** The last of a role stays; 本署 is told, and told again after as many days as a warning has. */
async function tellOfKept(
  context: GatewayContext,
  changes: DatabaseChanges,
  { account, verdict }: DormantAccount,
  role: GatewayRole,
  run: Run,
): Promise<AuditEvent> {
  const { idleSince } = verdict;
  await changes.operations.setDormancyWarning({ accountId: account.id, idleSince, warnedOn: run.day });
  const organisation = await changes.findOrganisation(account.organisationId);
  for (const officer of await findOfficers(changes)) {
    if (officer.id === account.id) continue;
    await notifyAccount(context, changes, officer, 'officer-dormant', {
      ...noticeFacts(context, officer),
      dormant: `${account.name}（${account.loginName}）`,
      organisation: organisation?.name ?? '',
      role: ROLE_WORDS[role] ?? role,
      since: formatTaipeiTime(idleSince),
    });
  }
  return dormancyEvent(context, account, { ...ruleFacts(run), idleSince: idleSince.toISOString(), keptAsLast: role });
}

const ROLE_WORDS: Partial<Record<GatewayRole, string>> = {
  registrar: '管理者',
  'case-officer': '計畫承辦人',
  'ministry-administrator': '本署系統管理者',
};

async function findOfficers(changes: DatabaseChanges): Promise<readonly Account[]> {
  const officers = new Map<string, Account>();
  for (const role of ['case-officer', 'ministry-administrator'] as const) {
    const filter = { scope: { kind: 'everything' }, states: ['active'], role } as const;
    for (const account of (await changes.findAccounts(filter, { offset: 0, limit: 100 })).accounts) {
      officers.set(account.id, account);
    }
  }
  return [...officers.values()];
}

function ruleFacts(run: Run) {
  return { rule: run.rule, run: run.id };
}

function dormancyEvent(
  context: GatewayContext,
  account: Account,
  facts: Readonly<Record<string, string | number>>,
): AuditEvent {
  return composeEvent(context, 'dormancy.warned', { actor: GATEWAY, accountId: account.id, facts });
}
