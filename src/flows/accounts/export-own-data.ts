import { addDays } from '../../calendar/months.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { composeEvent, type GatewayContext, type RequestOrigin } from '../gateway-context.ts';

/** How far back the records go that are handed over; older ones are asked for at the help desk. */
const EVENTS = 1_000;
const APPLICATIONS = 200;
const PASSWORD_DAYS = 400;

/**
 * Everything held about one person, to be handed to him (個人資料保護法 第 3 條, D1-071): person, account, rights, cards,
 * deputyships, applications, one-day passwords and what was recorded. No secret and no hash of one is among it. Recorded
 * before it is given.
 */
export async function exportOwnData(
  context: GatewayContext,
  act: { readonly accountId: string; readonly origin: RequestOrigin },
): Promise<Readonly<Record<string, unknown>>> {
  const { accountId, origin } = act;
  const { accounts, applications, credentials, events } = context.database;
  const access = await accounts.findAccess(accountId);
  if (access === undefined) throw new Error(`No account ${accountId}.`);
  const { account, grants } = access;
  const now = context.clock.now();
  const today = taipeiDayOf(now);
  const days = { from: addDays(today, -PASSWORD_DAYS), to: addDays(today, 1) };
  const filed = await applications.findApplications(
    { audience: { kind: 'person', accountId } },
    { offset: 0, limit: APPLICATIONS },
  );
  const data = {
    composedAt: now,
    purpose: '業務帳號之登記、設定與稽核 / registering, setting up and auditing business accounts',
    person: await accounts.findPerson(account.personId),
    account,
    organisation: await accounts.findOrganisation(account.organisationId),
    unit: account.unitId === null ? null : await accounts.findUnit(account.unitId),
    systemRights: grants,
    certificates: (await accounts.listBindings(accountId)).map(({ certificateDer, ...binding }) => ({
      ...binding,
      certificate: Buffer.from(certificateDer).toString('base64'),
    })),
    deputyships: await accounts.listDeputyships(accountId),
    applications: await Promise.all(
      filed.applications
        // What he filed for others is theirs.
        .filter(({ subjectPersonId, isForAnother }) => subjectPersonId === account.personId || !isForAnother)
        .map(async application => ({
          ...application,
          history: (await applications.listActs(application.id)).map(({ signature, ...each }) => ({
            ...each,
            isSigned: signature !== null,
          })),
        })),
    ),
    oneDayPasswords: (await credentials.listOneDayPasswords({ accountId, ...days })).map(
      ({ hash: _hash, ...rest }) => rest,
    ),
    events: await events.listEvents({ accountId, limit: EVENTS }),
  };
  await context.database.record([
    composeEvent(context, 'data.exported', {
      actor: { kind: 'account', accountId },
      accountId,
      origin,
      facts: { what: 'own-data', format: 'json', records: data.events.length },
    }),
  ]);
  return data;
}
