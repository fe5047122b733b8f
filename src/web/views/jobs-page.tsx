import type { JSX } from 'preact';
import type { JobStatus } from '../../flows/ports/operations.ts';
import type { DeskContext } from '../desk-context.ts';
import { JOB_NAMES, JOBS, OPERATIONS } from '../texts/operations.ts';
import { PARTS } from '../texts/parts.ts';
import type { StateWords } from '../texts/accounts.ts';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { Instant } from './home-facts.tsx';
import { StateChip } from './state-chip.tsx';

interface ShownJob {
  readonly name: string;
  readonly cadence: 'daily' | 'always';
  /** Null: it has never been taken. */
  readonly status: JobStatus | null;
}

interface JobsPageProps {
  readonly desk: DeskContext;
  readonly jobs: readonly ShownJob[];
  readonly now: Date;
}

/** The scheduled jobs of all nodes. */
export function renderJobsPage(props: JobsPageProps): string {
  return renderDocument(<JobsPage {...props} />);
}

function JobsPage({ desk, jobs, now }: JobsPageProps): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const columns: Column<ShownJob>[] = [
    { head: JOBS.job[language], cell: ({ name }) => JOB_NAMES[name]?.[language] ?? name },
    {
      head: OPERATIONS.state[language],
      isShort: true,
      cell: ({ status }) => <StateChip page={page} {...stateOf(status, now)} isPlain />,
    },
    { head: JOBS.completedDay[language], isShort: true, cell: ({ status }) => status?.lastCompletedDay ?? '–' },
    {
      head: JOBS.completedAt[language],
      isShort: true,
      cell: ({ status }) => (status?.lastCompletedAt ? <Instant at={status.lastCompletedAt} /> : '–'),
    },
    { head: JOBS.holder[language], cell: ({ status }) => <span class="break">{status?.holder ?? '–'}</span> },
    { head: JOBS.problem[language], cell: ({ status }) => <span class="break">{status?.lastProblem ?? ''}</span> },
  ];
  return (
    <Desk desk={desk} title={JOBS.title[language]}>
      <header class="page-head">
        <div>
          <h1>{JOBS.title[language]}</h1>
          <p>{JOBS.about[language]}</p>
        </div>
      </header>
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable page={page} name={JOBS.title[language]} columns={columns} rows={jobs} />
    </Desk>
  );
}

function stateOf(status: JobStatus | null, now: Date): StateWords {
  if (status === null) return { tone: 'off', text: JOBS.never };
  if (status.lastProblem !== null) return { tone: 'stop', text: JOBS.failed };
  return status.freeFrom > now ? { tone: 'wait', text: JOBS.running } : { tone: 'ok', text: JOBS.done };
}
