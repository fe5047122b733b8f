import type { JSX } from 'preact';
import { EVENT_CATALOGUE } from '../../audit/event.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import { isApplicationNumber } from '../../applications/application.ts';
import type { DueReport, ReconciledChange } from '../../flows/applications/report-applications.ts';
import type { DeskContext } from '../desk-context.ts';
import { APPLICATION_FAILURES } from '../texts/application-failures.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import type { Language } from '../texts/bilingual.ts';
import { DataTable } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { Instant } from './home-facts.tsx';
import { StateChip } from './state-chip.tsx';

const TONES = { approved: 'ok', otherwise: 'off', unapproved: 'stop' } as const;

/** Recorded changes beside what approved them; one that nothing approved stands out (D1-046). */
export function renderReconciliation(props: {
  readonly desk: DeskContext;
  readonly changes: readonly ReconciledChange[];
}): string {
  const { desk, changes } = props;
  const { page } = desk;
  const { language } = page;
  const unapproved = changes.filter(each => each.verdict === 'unapproved').length;
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.reconcile[language]}>
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.reconcile[language]}</h1>
          <p>{APPLICATIONS.reconcileAbout[language]}</p>
        </div>
      </header>
      <p>
        <StateChip page={page} tone={unapproved === 0 ? 'ok' : 'stop'} text={APPLICATIONS.unapproved} /> {unapproved}
      </p>
      <DataTable
        page={page}
        name={APPLICATIONS.reconcile[language]}
        rows={changes}
        columns={[
          { head: APPLICATIONS.at[language], isShort: true, cell: each => <Instant at={each.at} /> },
          { head: APPLICATIONS.account[language], cell: each => each.loginName ?? each.accountId },
          { head: APPLICATIONS.change[language], cell: each => EVENT_CATALOGUE[each.code][language] },
          {
            head: APPLICATIONS.basis[language],
            cell: ({ basis, basisReference }) => {
              const reference = basisReference ?? '';
              return isApplicationNumber(reference) ? (
                <a href={`/applications/${reference}`}>{reference}</a>
              ) : (
                `${basis ?? ''} ${reference}`
              );
            },
          },
          {
            head: APPLICATIONS.verdict[language],
            cell: ({ verdict }) => <StateChip page={page} tone={TONES[verdict]} text={APPLICATIONS[verdict]} isPlain />,
          },
        ]}
      />
    </Desk>,
  );
}

/** Leavers and movers: what is due, what is late, how often it was done on the day. */
export function renderDueReport(props: {
  readonly desk: DeskContext;
  readonly report: DueReport;
  readonly today: TaipeiDay;
}): string {
  const { desk, report, today } = props;
  const { page } = desk;
  const { language } = page;
  const { pending, scheduled, cancelled, takenAway } = report;
  const sameDay = takenAway.filter(each => each.isSameDay).length;
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.due[language]}>
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.due[language]}</h1>
          <p>{APPLICATIONS.dueAbout[language]}</p>
        </div>
      </header>
      <section aria-labelledby="pending">
        <h2 id="pending">{APPLICATIONS.pending[language]}</h2>
        <DataTable
          page={page}
          name={APPLICATIONS.pending[language]}
          rows={pending}
          whenEmpty={APPLICATIONS.none[language]}
          columns={[
            {
              head: APPLICATIONS.number[language],
              isShort: true,
              cell: ({ number }) => <a href={`/applications/${number}`}>{number}</a>,
            },
            { head: APPLICATIONS.subject[language], cell: each => each.subjectName },
            { head: APPLICATIONS.effective[language], isShort: true, cell: each => each.effectiveDay },
            {
              head: APPLICATIONS.status[language],
              cell: ({ effectiveDay }) =>
                (effectiveDay ?? '') < today ? (
                  <StateChip page={page} tone="stop" text={APPLICATIONS.late} isPlain />
                ) : (
                  <StateChip page={page} tone="now" text={APPLICATIONS.today} isPlain />
                ),
            },
          ]}
        />
      </section>
      <section aria-labelledby="scheduled">
        <h2 id="scheduled">{APPLICATIONS.scheduled[language]}</h2>
        <DataTable
          page={page}
          name={APPLICATIONS.scheduled[language]}
          rows={scheduled}
          whenEmpty={APPLICATIONS.none[language]}
          columns={[
            { head: APPLICATIONS.effective[language], isShort: true, cell: each => each.dueDay },
            {
              head: APPLICATIONS.account[language],
              cell: each => <a href={`/accounts/${each.accountId}`}>{each.accountId}</a>,
            },
            { head: APPLICATIONS.at[language], isShort: true, cell: each => <Instant at={each.orderedAt} /> },
          ]}
        />
      </section>
      <section aria-labelledby="cancelled">
        <h2 id="cancelled">{APPLICATIONS.cancelled[language]}</h2>
        <DataTable
          page={page}
          name={APPLICATIONS.cancelled[language]}
          rows={cancelled}
          whenEmpty={APPLICATIONS.none[language]}
          columns={[
            {
              head: APPLICATIONS.number[language],
              isShort: true,
              cell: ({ number }) => <a href={`/applications/${number}`}>{number}</a>,
            },
            { head: APPLICATIONS.effective[language], isShort: true, cell: each => each.dueDay },
            {
              head: APPLICATIONS.because[language],
              cell: ({ because }) => <CancellationReason because={because ?? ''} language={language} />,
            },
          ]}
        />
      </section>
      <section aria-labelledby="rate">
        <h2 id="rate">{APPLICATIONS.sameDay[language]}</h2>
        <p>
          <b>{takenAway.length === 0 ? '—' : `${Math.round((100 * sameDay) / takenAway.length)} %`}</b>（{sameDay}／
          {takenAway.length}）
        </p>
        <DataTable
          page={page}
          name={APPLICATIONS.sameDay[language]}
          rows={takenAway}
          whenEmpty={APPLICATIONS.none[language]}
          columns={[
            {
              head: APPLICATIONS.number[language],
              isShort: true,
              cell: ({ number }) => <a href={`/applications/${number}`}>{number}</a>,
            },
            { head: APPLICATIONS.effective[language], isShort: true, cell: each => each.effectiveDay },
            { head: APPLICATIONS.at[language], isShort: true, cell: each => <Instant at={each.doneAt} /> },
            {
              head: APPLICATIONS.verdict[language],
              cell: ({ isSameDay }) => (
                <StateChip
                  page={page}
                  tone={isSameDay ? 'ok' : 'stop'}
                  text={isSameDay ? APPLICATIONS.onTime : APPLICATIONS.late}
                  isPlain
                />
              ),
            },
          ]}
        />
      </section>
    </Desk>,
  );
}

/** A newer application, or what the change failed by. */
function CancellationReason(props: { readonly because: string; readonly language: Language }): JSX.Element {
  const { because, language } = props;
  if (isApplicationNumber(because)) return <a href={`/applications/${because}`}>{because}</a>;
  const failure = Object.entries(APPLICATION_FAILURES).find(([code]) => code === because)?.[1];
  return <>{(failure?.text ?? APPLICATIONS.nothingToChange)[language]}</>;
}
