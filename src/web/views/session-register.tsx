import type { JSX } from 'preact';
import { isWithin, type Scope } from '../../accounts/authority.ts';
import type { ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { listHref } from '../list-address.ts';
import { METHODS, SESSIONS_PER_PAGE, type SessionList } from '../session-list.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { METHOD_NAMES } from '../texts/home.ts';
import { PARTS } from '../texts/parts.ts';
import { SESSIONS } from '../texts/sessions.ts';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { ExportForm } from './export-form.tsx';
import { FilterBar, type AppliedFilter } from './filter-bar.tsx';
import { SelectField, TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { Pager } from './pager.tsx';
import { JustEnded, addressColumn, endColumn, idleColumn, loginColumn, systemsColumn } from './session-parts.tsx';

export const REGISTER = '/sessions/register';

interface SessionRegisterProps {
  readonly desk: DeskContext;
  readonly list: SessionList;
  readonly systems: readonly BusinessSystem[];
  readonly at: Date;
  /** How far the visitor may end sessions; null: he only looks. */
  readonly ending: Scope | null;
  /** How many have just been ended; null: none. */
  readonly justEnded: number | null;
  /** What was mistyped as a filter; then nothing was looked for. */
  readonly retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** The sessions within one's duties. */
export function renderSessionRegister(props: SessionRegisterProps): string {
  return renderDocument(<SessionRegister {...props} />);
}

function SessionRegister(props: SessionRegisterProps): JSX.Element {
  const { desk, justEnded, retry } = props;
  const { page } = desk;
  const { language } = page;
  return (
    <Desk desk={desk} title={SESSIONS.title[language]} errors={retry?.errors ?? []}>
      <header class="page-head">
        <div>
          <h1>{SESSIONS.title[language]}</h1>
          <p>{SESSIONS.about[language]}</p>
        </div>
      </header>
      <JustEnded page={page} count={justEnded} />
      <Filters {...props} />
      {retry === undefined && <Found {...props} />}
    </Desk>
  );
}

/** The list, and what can be done with all of it. */
function Found(props: SessionRegisterProps): JSX.Element {
  const { desk, list, ending } = props;
  const { page } = desk;
  const { language } = page;
  const { page: _page, show: _show, ...toEnd } = list.query;
  return (
    <>
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable
        page={page}
        name={SESSIONS.title[language]}
        columns={columnsOf(props)}
        rows={list.sessions}
        whenEmpty={(list.total === 0 ? SESSIONS.none : PARTS.emptyPage)[language]}
      />
      <Pager
        page={page}
        path={REGISTER}
        query={list.query}
        number={list.number}
        size={SESSIONS_PER_PAGE}
        total={list.total}
      />
      {ending !== null && list.total > 0 && (
        <p class="end-shown">
          <a class="button" href={listHref(`${REGISTER}/end`, toEnd)}>
            <Icon name="exit" />
            {SESSIONS.endShown[language]}
          </a>
          <span class="faint">{SESSIONS.endShownAbout[language]}</span>
        </p>
      )}
      <ExportForm desk={desk} action={`${REGISTER}/export`} query={list.query} />
    </>
  );
}

function columnsOf(props: SessionRegisterProps): Column<ListedSession>[] {
  const { desk, list, ending } = props;
  const { page } = desk;
  const { language } = page;
  const columns = { ...props, page };
  const act: Column<ListedSession> = {
    head: SESSIONS.act[language],
    isAct: true,
    cell: ({ record }) => {
      if (record.reference === desk.person.session.reference) return SESSIONS.thisOne[language];
      if (ending === null || record.end !== null || !isWithin(ending, record)) return '';
      return (
        <a class="button button-small" href={`${REGISTER}/end?session=${record.reference}`}>
          <Icon name="exit" />
          {SESSIONS.end[language]}
          <span class="unseen"> {record.loginName}</span>
        </a>
      );
    },
  };
  return [
    {
      head: SESSIONS.account[language],
      isShort: true,
      cell: ({ record }) => (
        <>
          <a href={`/accounts/${record.accountId}`}>{record.loginName}</a>
          <span class="sub">{record.name}</span>
          <span class="sub">
            {list.organisations.get(record.organisationId)?.name ?? ''}{' '}
            {list.units.get(record.unitId ?? '')?.name ?? ''}
          </span>
        </>
      ),
    },
    loginColumn(columns),
    addressColumn(columns),
    idleColumn(columns),
    endColumn(columns),
    systemsColumn(columns),
    ...(ending === null ? [] : [act]),
  ];
}

function Filters(props: SessionRegisterProps): JSX.Element {
  const { desk, list, systems, retry } = props;
  const { page } = desk;
  const { language } = page;
  const { query } = list;
  const field = (name: string) => ({ page, name, value: query[name] ?? '' });
  const isEverywhere = desk.authorities.some(({ scope }) => scope.kind === 'everything');
  const organisationOf = (id: string): string => list.organisations.get(id)?.name ?? '';
  const own = desk.person.organisation.id;
  const units = [...list.units.values()].filter(({ organisationId }) =>
    isEverywhere ? organisationId === (query['organisation'] ?? organisationId) : organisationId === own,
  );
  return (
    <FilterBar
      page={page}
      path={REGISTER}
      query={query}
      label={SESSIONS.filter}
      applied={appliedOf(props)}
      chips={[
        {
          name: 'method',
          label: SESSIONS.method,
          options: METHODS.map(value => ({ value, label: METHOD_NAMES[value][language] })),
        },
        {
          name: 'show',
          label: SESSIONS.shown,
          without: SESSIONS.open,
          options: [{ value: 'ended', label: SESSIONS.withEnded[language] }],
        },
      ]}
    >
      <TextField {...field('q')} label={ACCOUNTS.text} inputMode="search" />
      <TextField
        {...field('address')}
        label={SESSIONS.address}
        value={query['address'] ?? retry?.typed['address'] ?? ''}
        errors={retry?.errors ?? []}
      />
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
        options={units.map(({ id, name, organisationId }) => ({
          value: id,
          label: isEverywhere ? `${organisationOf(organisationId)} ${name}` : name,
        }))}
      />
      <SelectField
        {...field('system')}
        label={ACCOUNTS.system}
        empty={ACCOUNTS.anySystem}
        options={systems.map(({ id, name, nameEn }) => ({ value: id, label: language === 'zh' ? name : nameEn }))}
      />
    </FilterBar>
  );
}

/** What of the query stands in no chip, in words. */
export function appliedOf(props: Pick<SessionRegisterProps, 'desk' | 'list' | 'systems'>): AppliedFilter[] {
  const { desk, list, systems } = props;
  const { language } = desk.page;
  const systemName = (id: string): string => {
    const found = systems.find(each => each.id === id);
    if (found === undefined) return id;
    return language === 'zh' ? found.name : found.nameEn;
  };
  const words: Readonly<Record<string, (value: string) => string>> = {
    q: value => `${ACCOUNTS.text[language]} ${value}`,
    address: value => `${SESSIONS.address[language]} ${value}`,
    organisation: id => list.organisations.get(id)?.name ?? id,
    unit: id => list.units.get(id)?.name ?? id,
    system: systemName,
    session: reference => reference,
  };
  return Object.entries(list.query).flatMap(([name, value]) => {
    const word = words[name];
    return word === undefined ? [] : [{ name, text: word(value) }];
  });
}
