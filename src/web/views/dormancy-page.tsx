import type { JSX } from 'preact';
import type { DormancyPolicy } from '../../accounts/dormancy.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { DormantAccount } from '../../flows/operations/dormancy.ts';
import type { DormancyRun } from '../../flows/ports/operations.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import type { ListQuery } from '../list-address.ts';
import { ACCOUNT_STATE_WORDS } from '../texts/accounts.ts';
import type { Language } from '../texts/bilingual.ts';
import { DORMANCY, OPERATIONS, VERDICT_WORDS } from '../texts/operations.ts';
import { PARTS } from '../texts/parts.ts';
import { ConfirmPanel } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { ExportForm } from './export-form.tsx';
import { FilterBar } from './filter-bar.tsx';
import { TextArea, TextField } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

export interface DormancyRetry {
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}

interface DormancyPageProps {
  readonly desk: DeskContext;
  readonly query: ListQuery;
  readonly day: TaipeiDay;
  readonly policy: DormancyPolicy;
  /** Everything within reach, for the counts; and what the filter leaves of it. */
  readonly all: readonly DormantAccount[];
  readonly shown: readonly DormantAccount[];
  /** Null: not for this visitor. */
  readonly runs: readonly DormancyRun[] | null;
  readonly mayExempt: boolean;
  readonly retry?: DormancyRetry;
}

/** What the rule for unused accounts says, its exemptions and its runs. */
export function renderDormancyPage(props: DormancyPageProps): string {
  return renderDocument(<DormancyPage {...props} />);
}

const PATH = '/dormancy';

function DormancyPage(props: DormancyPageProps): JSX.Element {
  const { desk, query, day, policy, all, shown, runs, mayExempt, retry } = props;
  const { page } = desk;
  const { language } = page;
  const kinds = ['warn', 'warned', 'act', 'exempt', 'kept'] as const;
  return (
    <Desk desk={desk} title={DORMANCY.title[language]} errors={retry?.errors ?? []}>
      <header class="page-head">
        <div>
          <h1>{DORMANCY.title[language]}</h1>
          <p>{DORMANCY.about[language]}</p>
        </div>
      </header>
      <p class="notice">
        <Icon name="info" />
        <span>
          {DORMANCY.rule[language]}
          {describe(policy, language)}
        </span>
      </p>
      <FilterBar
        page={page}
        path={PATH}
        query={query}
        label={DORMANCY.filter}
        applied={query['day'] === undefined ? [] : [{ name: 'day', text: `${DORMANCY.day[language]} ${query['day']}` }]}
        chips={[
          {
            name: 'verdict',
            label: DORMANCY.verdict,
            options: kinds.map(kind => ({
              value: kind,
              label: VERDICT_WORDS[kind].text[language],
              count: all.filter(({ verdict }) => verdict.kind === kind).length,
            })),
          },
        ]}
      >
        <TextField page={page} name="day" label={DORMANCY.day} value={day} inputMode="numeric" />
      </FilterBar>
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable
        page={page}
        name={DORMANCY.title[language]}
        columns={columnsOf(props)}
        rows={shown}
        whenEmpty={DORMANCY.nothing[language]}
      />
      <ExportForm desk={desk} action="/dormancy/export" query={query} />
      {mayExempt && <ExemptPanel {...props} />}
      {runs !== null && <Runs {...props} runs={runs} />}
    </Desk>
  );
}

function describe(policy: DormancyPolicy, language: Language): string {
  const { months, warningDays } = policy;
  const action = DORMANCY[policy.action][language];
  return language === 'zh'
    ? `超過 ${months} 個月未登入，${warningDays} 日前提醒，屆期${action}`
    : `over ${months} months without login; warned ${warningDays} days before; then ${action}`;
}

function columnsOf({ desk }: DormancyPageProps): Column<DormantAccount>[] {
  const { page } = desk;
  const { language } = page;
  return [
    {
      head: OPERATIONS.account[language],
      isShort: true,
      cell: ({ account }) => (
        <>
          <a href={`/accounts/${account.id}`}>{account.loginName}</a>
          <span class="sub">{account.name}</span>
        </>
      ),
    },
    {
      head: OPERATIONS.state[language],
      isShort: true,
      cell: ({ account }) => <StateChip page={page} {...ACCOUNT_STATE_WORDS[account.state]} isPlain />,
    },
    {
      head: DORMANCY.since[language],
      isShort: true,
      cell: ({ account, verdict }) => (
        <>
          <Instant at={verdict.idleSince} />
          {account.lastLoginAt === null && <span class="sub">{DORMANCY.neverUsed[language]}</span>}
        </>
      ),
    },
    {
      head: DORMANCY.verdict[language],
      cell: ({ verdict }) => (
        <>
          <StateChip page={page} {...VERDICT_WORDS[verdict.kind]} isPlain />
          {'actOn' in verdict && (
            <span class="sub">
              {DORMANCY.actOn[language]} {verdict.actOn}
            </span>
          )}
          {verdict.kind === 'exempt' && (
            <span class="sub">
              {DORMANCY.until[language]} {verdict.exemption.until}・{verdict.exemption.reason}
            </span>
          )}
        </>
      ),
    },
  ];
}

function ExemptPanel({ desk, retry }: DormancyPageProps): JSX.Element {
  const { page, formToken } = desk;
  const field = (name: string) => {
    return { page, name, value: retry?.typed[name] ?? '', errors: retry?.errors ?? [], isRequired: true };
  };
  return (
    <ConfirmPanel
      page={page}
      title={DORMANCY.exempt}
      about={DORMANCY.exemptAbout}
      button={DORMANCY.exempt}
      icon="ok"
      action="/dormancy/exemptions"
      formToken={formToken}
      isOpen={retry !== undefined}
    >
      <TextField {...field('loginName')} label={DORMANCY.loginName} />
      <TextField {...field('until')} label={DORMANCY.untilField} inputMode="numeric" />
      <TextArea {...field('reason')} label={OPERATIONS.reason} />
    </ConfirmPanel>
  );
}

function Runs({ desk, runs }: DormancyPageProps & { readonly runs: readonly DormancyRun[] }): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const columns: Column<DormancyRun>[] = [
    { head: OPERATIONS.at[language], isShort: true, cell: run => <Instant at={run.startedAt} /> },
    { head: DORMANCY.warned[language], isNumber: true, cell: run => run.warned },
    { head: DORMANCY.acted[language], isNumber: true, cell: run => run.acted },
    { head: DORMANCY.kept[language], isNumber: true, cell: run => run.kept },
    { head: DORMANCY.runId[language], cell: run => <span class="code break">{run.id}</span> },
  ];
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">{DORMANCY.runs[language]}</h2>
      <DataTable
        page={page}
        name={DORMANCY.runs[language]}
        columns={columns}
        rows={runs}
        whenEmpty={OPERATIONS.none[language]}
      />
    </section>
  );
}
