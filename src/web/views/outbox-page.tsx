import type { JSX } from 'preact';
import { NOTICE_STATES, type OutboxEntry } from '../../flows/ports/operations.ts';
import type { DeskContext } from '../desk-context.ts';
import type { ListQuery } from '../list-address.ts';
import type { PageContext } from '../page-context.ts';
import { failedTimes, NOTICE_STATE_WORDS, OPERATIONS, OUTBOX } from '../texts/operations.ts';
import { PARTS } from '../texts/parts.ts';
import { ActionForm } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { ExportForm } from './export-form.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { Pager } from './pager.tsx';
import { StateChip } from './state-chip.tsx';
import { StateFilter } from './state-filter.tsx';

export const NOTICES_PER_PAGE = 50;

interface OutboxPageProps {
  readonly desk: DeskContext;
  readonly query: ListQuery;
  readonly number: number;
  readonly entries: readonly OutboxEntry[];
  readonly total: number;
  /** By account id. */
  readonly names: ReadonlyMap<string, string>;
  readonly mayHandOver: boolean;
  readonly hasMail: boolean;
}

/** Notices: what was sent, what waits, what is to be handed over. */
export function renderOutboxPage(props: OutboxPageProps): string {
  return renderDocument(<OutboxPage {...props} />);
}

function OutboxPage(props: OutboxPageProps): JSX.Element {
  const { desk, query, number, entries, total, hasMail } = props;
  const { page } = desk;
  const { language } = page;
  return (
    <Desk desk={desk} title={OUTBOX.title[language]}>
      <header class="page-head">
        <div>
          <h1>{OUTBOX.title[language]}</h1>
          <p>{OUTBOX.about[language]}</p>
        </div>
      </header>
      {!hasMail && (
        <p class="notice notice-wait">
          <Icon name="wait" />
          <span>{OUTBOX.noMail[language]}</span>
        </p>
      )}
      <StateFilter
        page={page}
        path="/outbox"
        query={query}
        name="state"
        label={OUTBOX.filter}
        options={NOTICE_STATES.map(state => ({ value: state, label: NOTICE_STATE_WORDS[state].text[language] }))}
      />
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable page={page} name={OUTBOX.title[language]} columns={columnsOf(props)} rows={entries} />
      <Pager page={page} path="/outbox" query={query} number={number} size={NOTICES_PER_PAGE} total={total} />
      <ExportForm desk={desk} action="/outbox/export" query={query} />
    </Desk>
  );
}

function columnsOf({ desk, names, mayHandOver }: OutboxPageProps): Column<OutboxEntry>[] {
  const { page, formToken } = desk;
  const { language } = page;
  return [
    { head: OPERATIONS.at[language], isShort: true, cell: ({ notice }) => <Instant at={notice.createdAt} /> },
    {
      head: OUTBOX.to[language],
      cell: ({ notice }) => (
        <div class="mailbox">
          {names.get(notice.accountId ?? '') ?? ''}
          <span class="sub break">{notice.toAddress ?? OUTBOX.noAddress[language]}</span>
        </div>
      ),
    },
    {
      head: OUTBOX.subject[language],
      cell: ({ notice }) => (
        <details class="fold">
          <summary>
            <Icon name="chevron" />
            {notice.subject}
          </summary>
          <p class="letter">{notice.body}</p>
          <p class="faint">
            {OUTBOX.version[language]} {notice.textVersion}
          </p>
        </details>
      ),
    },
    {
      head: OPERATIONS.state[language],
      cell: ({ notice, state, settledAt, failedAttempts, lastProblem }) => (
        <>
          <StateChip page={page} {...NOTICE_STATE_WORDS[state]} isPlain />
          {settledAt !== null && (
            <span class="sub">
              <Instant at={settledAt} />
            </span>
          )}
          {failedAttempts > 0 && (
            <span class="sub break">
              {failedTimes(failedAttempts)[language]}
              {lastProblem !== null && ` ${lastProblem}`}
            </span>
          )}
          {mayHandOver && (state === 'to-hand-over' || state === 'failed') && (
            <HandOver page={page} formToken={formToken} noticeId={notice.id} />
          )}
        </>
      ),
    },
  ];
}

function HandOver(props: {
  readonly page: PageContext;
  readonly formToken: string;
  readonly noticeId: string;
}): JSX.Element {
  const { page, formToken, noticeId } = props;
  return (
    <div class="acts">
      <a class="button button-small" href={`/outbox/${noticeId}/sheet`}>
        <Icon name="print" />
        {OUTBOX.sheet[page.language]}
      </a>
      <ActionForm action={`/outbox/${noticeId}/hand-over`} formToken={formToken}>
        <button class="button button-small" type="submit">
          <Icon name="ok" />
          {OUTBOX.handOver[page.language]}
        </button>
      </ActionForm>
    </div>
  );
}
