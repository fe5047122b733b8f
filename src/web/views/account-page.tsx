import type { JSX } from 'preact';
import type { Account } from '../../accounts/account.ts';
import type { SystemGrant } from '../../accounts/system-grant.ts';
import type { DeskContext } from '../desk-context.ts';
import { SESSION_READERS } from '../audiences.ts';
import { listHref } from '../list-address.ts';
import { ACCOUNTS, ACCOUNT_STATE_WORDS, GRANT_BASES, GRANT_STATE_WORDS } from '../texts/accounts.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { HOME, METHOD_NAMES, ROLE_NAMES } from '../texts/home.ts';
import { SESSIONS, durationOf } from '../texts/sessions.ts';
import { AccountActions, type AccountPageProps } from './account-actions.tsx';
import { AccountApplications } from './account-applications.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { EventTimeline } from './event-timeline.tsx';
import { Instant } from './home-facts.tsx';
import { REGISTER } from './session-register.tsx';
import { StateChip } from './state-chip.tsx';

/** The page of one account: whose it is, what it may, what was decided and done about it (D1-093). */
export function renderAccountPage(props: AccountPageProps): string {
  return renderDocument(<AccountPage {...props} />);
}

function AccountPage(props: AccountPageProps): JSX.Element {
  const { desk, file, systems } = props;
  const { page } = desk;
  const { language } = page;
  const { account } = file;
  const names = new Map(systems.map(({ id, name, nameEn }) => [id, { zh: name, en: nameEn }]));
  return (
    <Desk
      desk={desk}
      title={account.loginName}
      parents={[{ href: '/accounts', label: ACCOUNTS.title[language] }]}
      errors={props.retry?.errors ?? []}
    >
      <header class="page-head">
        <div>
          <h1>{account.loginName}</h1>
          <p>
            {account.name}・{file.organisation?.name} {file.unit?.name}
          </p>
        </div>
        <p class="page-tools">
          <StateChip page={page} {...ACCOUNT_STATE_WORDS[account.state]} />
        </p>
      </header>
      <div class="case">
        <div>
          <Facts {...props} />
          <section aria-labelledby="grants">
            <h2 id="grants">{ACCOUNTS.grants[language]}</h2>
            <DataTable
              page={page}
              name={ACCOUNTS.grants[language]}
              columns={grantColumns(props, names)}
              rows={file.grants}
              whenEmpty={ACCOUNTS.noGrants[language]}
            />
          </section>
          <AccountApplications desk={desk} file={file} />
          <Deputies {...props} />
        </div>
        <div class="side">
          <AccountActions {...props} names={names} />
          <Cards {...props} />
          <Sessions {...props} />
          <section class="history" aria-labelledby="events">
            <h2 id="events">{ACCOUNTS.events[language]}</h2>
            <EventTimeline page={page} events={file.events} systemNames={names} people={file.names} />
          </section>
        </div>
      </div>
    </Desk>
  );
}

function Facts({ desk, file }: AccountPageProps): JSX.Element {
  const { language } = desk.page;
  const { account, person } = file;
  const none = ACCOUNTS.none[language];
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{ACCOUNTS.facts[language]}</h2>
      <dl class="facts">
        <dt>{ACCOUNTS.name[language]}</dt>
        <dd>{account.name}</dd>
        <dt>{ACCOUNTS.idLastFour[language]}</dt>
        <dd>{person?.idLastFour ?? none}</dd>
        <dt>{ACCOUNTS.jobTitle[language]}</dt>
        <dd>{person?.title ?? none}</dd>
        <dt>{ACCOUNTS.phone[language]}</dt>
        <dd>{person?.phone ?? none}</dd>
        <dt>{ACCOUNTS.email[language]}</dt>
        <dd class="break">{person?.email ?? none}</dd>
        <dt>{ACCOUNTS.roles[language]}</dt>
        <dd>
          {account.roles.length === 0 && none}
          {account.roles.map(role => (
            <span class="line">{ROLE_NAMES[role][language]}</span>
          ))}
        </dd>
        <dt>{ACCOUNTS.issued[language]}</dt>
        <dd>
          <Instant at={account.issuedAt} />
        </dd>
        <dt>{ACCOUNTS.lastLogin[language]}</dt>
        <dd>{account.lastLoginAt === null ? ACCOUNTS.never[language] : <Instant at={account.lastLoginAt} />}</dd>
      </dl>
      <p class="faint">{ACCOUNTS.maskNote[language]}</p>
    </section>
  );
}

function grantColumns(
  { desk, systems }: AccountPageProps,
  names: ReadonlyMap<string, Bilingual>,
): Column<SystemGrant>[] {
  const { page } = desk;
  const { language } = page;
  const roleName = ({ systemId, role }: SystemGrant): string => {
    const found = systems.find(({ id }) => id === systemId)?.roles.find(({ code }) => code === role);
    if (found === undefined) return role;
    return language === 'zh' ? found.name : found.nameEn;
  };
  return [
    {
      head: ACCOUNTS.system[language],
      cell: grant => (
        <>
          {names.get(grant.systemId)?.[language] ?? grant.systemId}
          <span class="sub">{roleName(grant)}</span>
        </>
      ),
    },
    { head: ACCOUNTS.grantReason[language], cell: grant => grant.reason },
    {
      head: ACCOUNTS.grantBasis[language],
      isShort: true,
      cell: grant => GRANT_BASES[grant.basis]?.[language] ?? grant.basis,
    },
    {
      head: ACCOUNTS.grantTerm[language],
      isShort: true,
      cell: grant => (
        <>
          {grant.validFrom}
          <span class="sub">{grant.validUntil ?? ACCOUNTS.noEnd[language]}</span>
        </>
      ),
    },
    {
      head: ACCOUNTS.state[language],
      isShort: true,
      cell: grant => <StateChip page={page} isPlain {...GRANT_STATE_WORDS[grant.state]} />,
    },
  ];
}

function Cards({ desk, file }: AccountPageProps): JSX.Element {
  const { language } = desk.page;
  return (
    <section aria-labelledby="cards">
      <h2 id="cards">{ACCOUNTS.cards[language]}</h2>
      {file.bindings.length === 0 && <p class="faint">{HOME.noCertificates[language]}</p>}
      {file.bindings.map(binding => (
        <dl class="facts">
          <dt>{HOME.validUntil[language]}</dt>
          <dd>
            <Instant at={binding.notAfter} />
          </dd>
          <dt>{HOME.boundAt[language]}</dt>
          <dd>
            <Instant at={binding.boundAt} />
          </dd>
          <dt>{HOME.fingerprint[language]}</dt>
          <dd class="code">{binding.certificateSha256.slice(-8)}</dd>
        </dl>
      ))}
    </section>
  );
}

function Sessions({ desk, file }: AccountPageProps): JSX.Element {
  const { language } = desk.page;
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{ACCOUNTS.sessions[language]}</h2>
      {file.sessions.length === 0 && <p class="faint">{ACCOUNTS.noSessions[language]}</p>}
      {file.sessions.map(({ record, standing }) => (
        <dl class="facts">
          <dt>{SESSIONS.method[language]}</dt>
          <dd>{METHOD_NAMES[record.method][language]}</dd>
          <dt>{SESSIONS.since[language]}</dt>
          <dd>
            <Instant at={record.authenticatedAt} />
          </dd>
          <dt>{SESSIONS.address[language]}</dt>
          <dd class="break">{record.clientAddress}</dd>
          <dt>{SESSIONS.idleFor[language]}</dt>
          <dd>{standing === null ? SESSIONS.ending[language] : durationOf(standing.idleMs)[language]}</dd>
        </dl>
      ))}
      <SessionsLink desk={desk} account={file.account} />
    </section>
  );
}

/** To the list where they can be ended: one's own, or those of others for whoever keeps or checks them. */
function SessionsLink({
  desk,
  account,
}: {
  readonly desk: DeskContext;
  readonly account: Account;
}): JSX.Element | null {
  const { language } = desk.page;
  if (account.id === desk.person.access.account.id) {
    return (
      <p>
        <a href="/sessions">{SESSIONS.ownTitle[language]}</a>
      </p>
    );
  }
  const roles: readonly string[] = SESSION_READERS;
  if (!desk.authorities.some(({ role }) => roles.includes(role))) return null;
  return (
    <p>
      <a href={listHref(REGISTER, { q: account.loginName })}>{SESSIONS.openAll[language]}</a>
    </p>
  );
}

function Deputies({ desk, file }: AccountPageProps): JSX.Element | null {
  const { language } = desk.page;
  if (file.deputyships.length === 0) return null;
  return (
    <section aria-labelledby="deputies">
      <h2 id="deputies">{ACCOUNTS.deputies[language]}</h2>
      <ul class="plain-list">
        {file.deputyships.map(each => (
          <li>
            {ACCOUNTS.principal[language]} {file.names.get(each.principalId)}・{ACCOUNTS.deputy[language]}{' '}
            {file.names.get(each.deputyId)}・
            <span class="nowrap">
              {each.validFrom} – {each.validUntil}
            </span>
            {each.endedAt !== null && (
              <>
                {' '}
                {GRANT_STATE_WORDS.ended.text[language]} <Instant at={each.endedAt} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
