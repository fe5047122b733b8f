import type { JSX } from 'preact';
import type { Organisation } from '../../accounts/organisation.ts';
import type { Difference, PersonnelImport } from '../../accounts/personnel.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { AccountCheck } from '../../flows/ports/operations.ts';
import type { Settlement } from '../../flows/operations/settle-difference.ts';
import type { DeskContext } from '../desk-context.ts';
import { OPERATIONS, PERSONNEL } from '../texts/operations.ts';
import { PARTS } from '../texts/parts.ts';
import { ActionForm, ConfirmPanel } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { ExportForm } from './export-form.tsx';
import { FileField, SelectField, TextArea } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { differenceColumns, type PersonnelRetry } from './personnel-differences.tsx';

interface PersonnelPageProps {
  readonly desk: DeskContext;
  readonly reached: readonly Organisation[];
  readonly organisation: Organisation | undefined;
  readonly personnel: PersonnelImport | undefined;
  readonly differences: readonly Difference[];
  readonly checks: readonly AccountCheck[];
  readonly today: TaipeiDay;
  readonly may: {
    readonly import: boolean;
    /** What the visitor may do about whom, by account id. */
    readonly settle: ReadonlyMap<string, Settlement>;
    readonly close: boolean;
  };
  readonly retry?: PersonnelRetry;
}

/** An agency's accounts held against its personnel data, and the regular check upon it. */
export function renderPersonnelPage(props: PersonnelPageProps): string {
  return renderDocument(<PersonnelPage {...props} />);
}

function PersonnelPage(props: PersonnelPageProps): JSX.Element {
  const { desk, organisation, personnel, differences, may, retry } = props;
  const { page } = desk;
  const { language } = page;
  return (
    <Desk desk={desk} title={PERSONNEL.title[language]} errors={retry?.errors ?? []}>
      <header class="page-head">
        <div>
          <h1>{PERSONNEL.title[language]}</h1>
          <p>{PERSONNEL.about[language]}</p>
        </div>
      </header>
      <ChooseOrganisation {...props} />
      <CheckNow {...props} />
      <section aria-labelledby="source">
        <h2 id="source">{PERSONNEL.source[language]}</h2>
        {personnel === undefined ? (
          <p class="notice notice-wait">
            <Icon name="wait" />
            <span>{PERSONNEL.noData[language]}</span>
          </p>
        ) : (
          <dl class="facts">
            <dt>{PERSONNEL.imported[language]}</dt>
            <dd>
              <Instant at={personnel.importedAt} />
            </dd>
            <dt>{PERSONNEL.importedBy[language]}</dt>
            <dd>{personnel.importedBy}</dd>
            <dt>{PERSONNEL.records[language]}</dt>
            <dd>{personnel.recordCount}</dd>
          </dl>
        )}
        {may.import && <ImportPanel {...props} />}
      </section>
      {personnel !== undefined && (
        <section aria-labelledby="differences">
          <h2 id="differences">{PERSONNEL.differences[language]}</h2>
          <DataTable
            page={page}
            name={PERSONNEL.differences[language]}
            columns={differenceColumns(props)}
            rows={differences}
            whenEmpty={PERSONNEL.noDifferences[language]}
          />
          <ExportForm desk={desk} action="/personnel/export" query={{ organisation: organisation?.code ?? '' }} />
        </section>
      )}
      <CheckHistory {...props} />
      <p class="table-note">{PARTS.zone[language]}</p>
    </Desk>
  );
}

function ChooseOrganisation({ desk, reached, organisation }: PersonnelPageProps): JSX.Element | null {
  const { page } = desk;
  // Who answers for one agency knows which.
  if (reached.length < 2) return null;
  return (
    <form class="search" action="/personnel" method="get">
      <SelectField
        page={page}
        name="organisation"
        label={OPERATIONS.organisation}
        value={organisation?.code ?? ''}
        options={reached.map(({ code, name }) => ({ value: code, label: name }))}
      />
      <button class="button" type="submit">
        <Icon name="search" />
        {OPERATIONS.show[page.language]}
      </button>
    </form>
  );
}

function CheckNow({ desk, checks, organisation, today, may, retry }: PersonnelPageProps): JSX.Element {
  const { page, formToken } = desk;
  const { language } = page;
  const open = checks.find(check => check.closedAt === null);
  if (open === undefined) return <p class="soft">{PERSONNEL.checkNone[language]}</p>;
  const isLate = today > open.dueDay;
  return (
    <section aria-labelledby="check">
      <h2 id="check">{PERSONNEL.check[language]}</h2>
      <p class={`notice ${isLate ? 'notice-stop' : 'notice-wait'}`}>
        <Icon name={isLate ? 'warn' : 'wait'} />
        <span>
          {(isLate ? PERSONNEL.checkLate : PERSONNEL.checkOpen)[language]}
          <b class="nowrap">{open.dueDay}</b>
        </span>
      </p>
      {may.close && (
        <ConfirmPanel
          page={page}
          title={PERSONNEL.close}
          about={PERSONNEL.closeAbout}
          button={PERSONNEL.close}
          icon="ok"
          action={`/personnel/checks/${open.id}/close`}
          formToken={formToken}
          isOpen={retry?.open === 'note'}
        >
          <input type="hidden" name="organisation" value={organisation?.code ?? ''} />
          <TextArea
            page={page}
            name="note"
            label={PERSONNEL.note}
            value={retry?.open === 'note' ? (retry.typed['note'] ?? '') : ''}
            errors={retry?.errors ?? []}
            isRequired
          />
        </ConfirmPanel>
      )}
    </section>
  );
}

function ImportPanel({ desk, organisation, retry }: PersonnelPageProps): JSX.Element {
  const { page, formToken } = desk;
  const { language } = page;
  return (
    <details class="fold confirm" open={retry?.errors.some(error => error.field === 'file') === true}>
      <summary>
        <Icon name="chevron" />
        {PERSONNEL.import[language]}
      </summary>
      <div class="decide">
        <p class="notice">
          <Icon name="info" />
          <span>{PERSONNEL.importAbout[language]}</span>
        </p>
        <ActionForm action="/personnel/import" formToken={formToken} isUpload>
          <input type="hidden" name="organisation" value={organisation?.code ?? ''} />
          <FileField
            page={page}
            name="file"
            label={PERSONNEL.file}
            hint={PERSONNEL.fileHint}
            errors={retry?.errors ?? []}
            isRequired
          />
          <button class="button button-main button-wide" type="submit">
            <Icon name="enter" />
            {PERSONNEL.import[language]}
          </button>
        </ActionForm>
      </div>
    </details>
  );
}

function CheckHistory({ desk, checks }: PersonnelPageProps): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const columns: Column<AccountCheck>[] = [
    { head: PERSONNEL.opened[language], isShort: true, cell: check => <Instant at={check.openedAt} /> },
    { head: PERSONNEL.due[language], isShort: true, cell: check => check.dueDay },
    {
      head: PERSONNEL.closed[language],
      isShort: true,
      cell: check => (check.closedAt === null ? '–' : <Instant at={check.closedAt} />),
    },
    { head: PERSONNEL.note[language], cell: check => check.note ?? '' },
  ];
  return (
    <section aria-labelledby="history">
      <h2 id="history">{PERSONNEL.history[language]}</h2>
      <DataTable
        page={page}
        name={PERSONNEL.history[language]}
        columns={columns}
        rows={checks}
        whenEmpty={OPERATIONS.none[language]}
      />
    </section>
  );
}
