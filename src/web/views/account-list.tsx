import type { JSX } from 'preact';
import { ACCOUNT_STATES, GATEWAY_ROLES, type Account } from '../../accounts/account.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import { ACCOUNTS_PER_PAGE, type AccountList } from '../account-list.ts';
import type { DeskContext } from '../desk-context.ts';
import { ACCOUNTS, ACCOUNT_STATE_WORDS } from '../texts/accounts.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { ROLE_NAMES } from '../texts/home.ts';
import { PARTS } from '../texts/parts.ts';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { ExportForm } from './export-form.tsx';
import { FilterBar, type AppliedFilter } from './filter-bar.tsx';
import { SelectField, TextField } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Pager } from './pager.tsx';
import { StateChip } from './state-chip.tsx';

const PATH = '/accounts';

interface AccountListProps {
  readonly desk: DeskContext;
  readonly list: AccountList;
  readonly systems: readonly BusinessSystem[];
}

/** The list of accounts within one's duties. */
export function renderAccountList(props: AccountListProps): string {
  return renderDocument(<AccountListPage {...props} />);
}

function AccountListPage(props: AccountListProps): JSX.Element {
  const { desk, list } = props;
  const { page } = desk;
  const { language } = page;
  return (
    <Desk desk={desk} title={ACCOUNTS.title[language]}>
      <header class="page-head">
        <div>
          <h1>{ACCOUNTS.title[language]}</h1>
          <p>{ACCOUNTS.about[language]}</p>
        </div>
      </header>
      <Filters {...props} />
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable page={page} name={ACCOUNTS.title[language]} columns={columnsOf(props)} rows={list.found.accounts} />
      <Pager
        page={page}
        path={PATH}
        query={list.query}
        number={list.number}
        size={ACCOUNTS_PER_PAGE}
        total={list.found.total}
      />
      {desk.authorities.some(({ scope }) => scope.kind !== 'self') && (
        <ExportForm desk={desk} action={`${PATH}/export`} query={list.query} />
      )}
    </Desk>
  );
}

function columnsOf({ desk, list }: AccountListProps): Column<Account>[] {
  const { page } = desk;
  const { language } = page;
  return [
    {
      head: ACCOUNTS.account[language],
      isShort: true,
      cell: account => (
        <>
          <a href={`${PATH}/${account.id}`}>{account.loginName}</a>
          <span class="sub">{account.name}</span>
        </>
      ),
    },
    {
      head: ACCOUNTS.organisation[language],
      isShort: true,
      cell: account => (
        <>
          {list.organisations.get(account.organisationId)?.name ?? ''}
          <span class="sub">{list.units.get(account.unitId ?? '')?.name ?? ''}</span>
        </>
      ),
    },
    {
      head: ACCOUNTS.roles[language],
      isShort: true,
      cell: account => account.roles.map(role => <span class="line">{ROLE_NAMES[role][language]}</span>),
    },
    {
      head: ACCOUNTS.state[language],
      isShort: true,
      cell: account => <StateChip page={page} isPlain {...ACCOUNT_STATE_WORDS[account.state]} />,
    },
    {
      head: ACCOUNTS.lastLogin[language],
      isShort: true,
      cell: account => (
        <>
          {account.lastLoginAt === null ? ACCOUNTS.never[language] : <Instant at={account.lastLoginAt} />}
          <span class="sub">
            {ACCOUNTS.issued[language]} <Instant at={account.issuedAt} />
          </span>
        </>
      ),
    },
  ];
}

function Filters({ desk, list, systems }: AccountListProps): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const { query } = list;
  const field = (name: string) => ({ page, name, value: query[name] ?? '' });
  const units = [...list.units.values()].filter(
    unit => unit.organisationId === (query['organisation'] ?? unit.organisationId),
  );
  const isEverywhere = desk.authorities.some(({ scope }) => scope.kind === 'everything');
  return (
    <FilterBar
      page={page}
      path={PATH}
      query={query}
      label={ACCOUNTS.filter}
      applied={appliedOf({ desk, list, systems })}
      chips={[
        {
          name: 'state',
          label: ACCOUNTS.state,
          options: ACCOUNT_STATES.map(value => ({ value, label: ACCOUNT_STATE_WORDS[value].text[language] })),
        },
      ]}
    >
      <TextField {...field('q')} label={ACCOUNTS.text} inputMode="search" />
      {isEverywhere && (
        <SelectField
          {...field('organisation')}
          label={ACCOUNTS.organisation}
          empty={ACCOUNTS.anyOrganisation}
          options={[...list.organisations.values()].map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      <SelectField
        {...field('unit')}
        label={ACCOUNTS.unit}
        empty={ACCOUNTS.anyUnit}
        options={visibleUnits(desk, units).map(unit => ({
          value: unit.id,
          label: isEverywhere ? `${list.organisations.get(unit.organisationId)?.name ?? ''} ${unit.name}` : unit.name,
        }))}
      />
      <SelectField
        {...field('role')}
        label={ACCOUNTS.role}
        empty={ACCOUNTS.anyRole}
        options={GATEWAY_ROLES.map(value => ({ value, label: ROLE_NAMES[value][language] }))}
      />
      <SelectField
        {...field('system')}
        label={ACCOUNTS.system}
        empty={ACCOUNTS.anySystem}
        options={systems.map(({ id, name, nameEn }) => ({ value: id, label: language === 'zh' ? name : nameEn }))}
      />
      <TextField {...field('idle')} label={ACCOUNTS.idleSince} inputMode="numeric" />
    </FilterBar>
  );
}

/** Units of other organisations are of no use to whoever sees one organisation only. */
function visibleUnits<U extends { readonly organisationId: string }>(desk: DeskContext, units: readonly U[]): U[] {
  const isEverywhere = desk.authorities.some(({ scope }) => scope.kind === 'everything');
  return units.filter(unit => isEverywhere || unit.organisationId === desk.person.organisation.id);
}

function appliedOf({ desk, list, systems }: AccountListProps): AppliedFilter[] {
  const { language } = desk.page;
  const system = (id: string): Bilingual => {
    const found = systems.find(each => each.id === id);
    return found === undefined ? { zh: id, en: id } : { zh: found.name, en: found.nameEn };
  };
  const words: Readonly<Record<string, (value: string) => string>> = {
    q: value => `${ACCOUNTS.text[language]} ${value}`,
    organisation: id => list.organisations.get(id)?.name ?? id,
    unit: id => list.units.get(id)?.name ?? id,
    role: value => ROLE_NAMES[GATEWAY_ROLES.find(role => role === value) ?? 'general-user'][language],
    system: id => system(id)[language],
    idle: value => `${ACCOUNTS.idleSince[language]} ${value}`,
  };
  return Object.entries(list.query).flatMap(([name, value]) => {
    const word = words[name];
    return word === undefined ? [] : [{ name, text: word(value) }];
  });
}
