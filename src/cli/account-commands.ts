import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import { suspendAccount } from '../flows/accounts/manage-account.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';
import { unlockPassword } from '../flows/credentials/unlock-password.ts';
import { formatTable, reasonInput, type Command, type CommandResult } from './command.ts';

export const accountList: Command<Record<string, never>> = {
  input: z.strictObject({}),
  async run({ gateway }) {
    const accounts = await gateway.database.accounts.listAccounts();
    const data = await Promise.all(accounts.map(account => summarise(gateway, account)));
    const rows = data.map(a => [
      a.loginName,
      a.name,
      a.organisation,
      a.unit ?? '',
      a.state,
      a.roles.join(','),
      a.lastLoginAt ?? '-',
    ]);
    const header = ['LOGIN', 'NAME', 'ORGANISATION', 'UNIT', 'STATE', 'ROLES', 'LAST LOGIN'];
    return { exitCode: 0, data, text: formatTable([header, ...rows]) };
  },
};

export const accountShow: Command<{ loginName: string }> = {
  input: z.strictObject({ loginName: z.string() }),
  async run({ gateway }, { loginName }) {
    const account = await gateway.database.accounts.findAccountByLoginName(loginName);
    if (account === undefined) return notFound(loginName);
    const access = await gateway.database.accounts.findAccess(account.id);
    const bindings = await gateway.database.accounts.listBindings(account.id);
    const events = await gateway.database.events.listEvents({ accountId: account.id, limit: 20 });
    const data = {
      ...(await summarise(gateway, account)),
      grants: (access?.grants ?? []).map(({ systemId, role, reason, basis, validFrom, validUntil }) => ({
        system: systemId,
        role,
        reason,
        basis,
        validFrom,
        validUntil,
      })),
      certificates: bindings.map(binding => ({
        sha256: binding.certificateSha256,
        notAfter: binding.notAfter.toISOString(),
        boundAt: binding.boundAt.toISOString(),
      })),
      recentEvents: events.map(event => ({ at: event.at.toISOString(), code: event.code, facts: event.facts })),
    };
    const text = [
      formatTable([
        ['login', data.loginName],
        ['name', data.name],
        ['organisation', data.organisation],
        ['unit', data.unit ?? '-'],
        ['state', data.state],
        ['roles', data.roles.join(', ') || '-'],
        ['id', data.id],
        ['last login', data.lastLoginAt ?? '-'],
      ]),
      section(
        'Grants',
        ['SYSTEM', 'ROLE', 'FROM', 'UNTIL', 'BASIS', 'REASON'],
        data.grants.map(g => [g.system, g.role, g.validFrom, g.validUntil ?? '-', g.basis, g.reason]),
      ),
      section(
        'Certificates',
        ['SHA-256', 'VALID UNTIL', 'BOUND'],
        bindings.map(b => [
          b.certificateSha256.slice(0, 16),
          formatTaipeiTime(b.notAfter),
          formatTaipeiTime(b.boundAt),
        ]),
      ),
      section(
        'Recent events',
        ['TIME', 'EVENT', 'FACTS'],
        events.map(e => [formatTaipeiTime(e.at), e.code, JSON.stringify(e.facts)]),
      ),
      'Times are Asia/Taipei.',
    ].join('\n\n');
    return { exitCode: 0, data, text };
  },
};

export const accountSuspend: Command<{ loginName: string; reason: string }> = {
  input: z.strictObject({ loginName: z.string(), reason: reasonInput }),
  async run({ gateway, actor }, { loginName, reason }) {
    const outcome = await suspendAccount(gateway, { loginName, reason, actor });
    if (outcome.ok) {
      const data = { loginName, state: outcome.account.state, endedSessions: outcome.endedSessions };
      return { exitCode: 0, data, text: `${loginName} is suspended; ${outcome.endedSessions} session(s) ended.` };
    }
    const { failure } = outcome;
    if (failure.code === 'account-not-found') return notFound(loginName);
    return { exitCode: 1, data: failure, text: `${loginName} is ${failure.from} and cannot become ${failure.to}.` };
  },
};

/** Lifts the fifteen-minute lock after wrong passwords; a suspension stays, whatever this does. */
export const accountUnlock: Command<{ loginName: string; reason: string }> = {
  input: z.strictObject({ loginName: z.string(), reason: reasonInput }),
  async run({ gateway, actor }, { loginName, reason }) {
    const order = { actor, basis: { kind: 'command-line', reference: reason } } as const;
    const outcome = await unlockPassword(gateway, { loginName, order });
    if (outcome.ok) return { exitCode: 0, data: { loginName, unlocked: true }, text: `${loginName} is unlocked.` };
    if (outcome.failure.code === 'account-not-found') return notFound(loginName);
    return { exitCode: 1, data: outcome.failure, text: `${loginName} is not locked.` };
  },
};

function notFound(loginName: string): CommandResult {
  return { exitCode: 1, data: { code: 'account-not-found', loginName }, text: `There is no account "${loginName}".` };
}

function section(title: string, header: string[], rows: string[][]): string {
  return rows.length === 0 ? `${title}: none` : `${title}\n${formatTable([header, ...rows])}`;
}

async function summarise(gateway: GatewayContext, account: Account) {
  const organisation = await gateway.database.accounts.findOrganisation(account.organisationId);
  const unit = account.unitId === null ? undefined : await gateway.database.accounts.findUnit(account.unitId);
  return {
    id: account.id,
    loginName: account.loginName,
    name: account.name,
    organisation: organisation?.name ?? account.organisationId,
    unit: unit?.name ?? null,
    state: account.state,
    roles: account.roles,
    issuedAt: account.issuedAt.toISOString(),
    lastLoginAt: account.lastLoginAt?.toISOString() ?? null,
  };
}
