import { APPLICATION_STATUSES, type Application } from '../../applications/application.ts';
import { FORM_IDS, type FormId } from '../../applications/form.ts';
import { FORMS } from '../../applications/forms.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { WaitingQueue } from '../../flows/applications/list-applications.ts';
import type { ApplicationPage } from '../../flows/ports/applications.ts';
import { changeKindsOf } from '../application-input.ts';
import type { DeskContext } from '../desk-context.ts';
import type { ListQuery } from '../list-address.ts';
import { APPLICATIONS, STAGE_WORDS, STATUS_WORDS } from '../texts/applications.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { baseOf, Framed, pageOf, type ApplicationFrame } from './application-frame.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { FilterBar } from './filter-bar.tsx';
import { TextField } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { Pager } from './pager.tsx';
import { StateChip } from './state-chip.tsx';

/** Applications on one page of a list. */
export const APPLICATIONS_PER_PAGE = 50;

interface Names {
  /** Names of organisations by id. */
  readonly organisations: ReadonlyMap<string, string>;
  readonly today: TaipeiDay;
}

/** What waits, one list for each queue of the visitor's roles. */
export function renderInbox(
  props: Names & { readonly desk: DeskContext; readonly queues: readonly WaitingQueue[] },
): string {
  const { desk, queues } = props;
  const { page } = desk;
  const { language } = page;
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.inbox[language]}>
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.inbox[language]}</h1>
          <p>{APPLICATIONS.inboxAbout[language]}</p>
        </div>
      </header>
      {queues.length === 0 && <p class="soft">{APPLICATIONS.inboxEmpty[language]}</p>}
      {queues.map(({ queue, page: found }) => (
        <section aria-labelledby={`q-${queue.id}`}>
          <h2 id={`q-${queue.id}`}>
            {queue.title[language]} <span class="count">{found.total}</span>
          </h2>
          <DataTable
            page={page}
            name={queue.title[language]}
            rows={found.applications}
            whenEmpty={APPLICATIONS.inboxEmpty[language]}
            columns={columnsOf({ kind: 'desk', desk }, props)}
          />
        </section>
      ))}
    </Desk>,
  );
}

export interface OwnListProps extends Names {
  readonly frame: ApplicationFrame;
  readonly found: ApplicationPage;
  readonly pageNumber: number;
}

/** The visitor's own applications, and the way to a new one. */
export function renderOwnApplications(props: OwnListProps): string {
  const { frame, found, pageNumber } = props;
  const page = pageOf(frame);
  const { language } = page;
  const base = baseOf(frame);
  return renderDocument(
    <Framed frame={frame} title={APPLICATIONS.own[language]}>
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.own[language]}</h1>
          <p>{APPLICATIONS.ownAbout[language]}</p>
        </div>
        <a class="button button-main" href={`${base}/new`}>
          <Icon name="draft" />
          {APPLICATIONS.newOne[language]}
        </a>
      </header>
      <DataTable
        page={page}
        name={APPLICATIONS.own[language]}
        rows={found.applications}
        whenEmpty={APPLICATIONS.none[language]}
        columns={columnsOf(frame, props)}
      />
      <Pager page={page} path={base} query={{}} number={pageNumber} size={APPLICATIONS_PER_PAGE} total={found.total} />
    </Framed>,
  );
}

/** Submitted applications within one's duties, filtered by the address. */
export function renderRegister(
  props: Names & {
    readonly desk: DeskContext;
    readonly found: ApplicationPage;
    readonly query: ListQuery;
    readonly pageNumber: number;
  },
): string {
  const { desk, found, query, pageNumber } = props;
  const { page } = desk;
  const { language } = page;
  const path = '/applications/register';
  const text = query['text'] ?? '';
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.register[language]}>
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.register[language]}</h1>
          <p>{APPLICATIONS.registerAbout[language]}</p>
        </div>
      </header>
      <FilterBar
        page={page}
        path={path}
        query={query}
        label={APPLICATIONS.register}
        applied={text === '' ? [] : [{ name: 'text', text }]}
        chips={[
          {
            name: 'form',
            label: APPLICATIONS.form,
            options: FORM_IDS.map(id => ({ value: id, label: id })),
          },
          {
            name: 'status',
            label: APPLICATIONS.status,
            options: APPLICATION_STATUSES.filter(status => status !== 'draft').map(status => ({
              value: status,
              label: STATUS_WORDS[status].text[language],
            })),
          },
        ]}
      >
        <TextField page={page} name="text" label={APPLICATIONS.search} value={text} inputMode="search" />
      </FilterBar>
      <DataTable
        page={page}
        name={APPLICATIONS.register[language]}
        rows={found.applications}
        columns={columnsOf({ kind: 'desk', desk }, props)}
      />
      <Pager
        page={page}
        path={path}
        query={query}
        number={pageNumber}
        size={APPLICATIONS_PER_PAGE}
        total={found.total}
      />
    </Desk>,
  );
}

/** The choice of a form; each says what it is for. */
export function renderFormChoice(props: {
  readonly frame: ApplicationFrame;
  readonly forms: typeof FORM_IDS | readonly (typeof FORM_IDS)[number][];
}): string {
  const { frame, forms } = props;
  const { language } = pageOf(frame);
  const base = baseOf(frame);
  return renderDocument(
    <Framed
      frame={frame}
      title={APPLICATIONS.newOne[language]}
      parents={[{ href: base, label: APPLICATIONS.own[language] }]}
    >
      <header class="page-head">
        <div>
          <h1>{APPLICATIONS.newOne[language]}</h1>
          <p>{APPLICATIONS.newAbout[language]}</p>
        </div>
      </header>
      {forms.map(id => (
        <section aria-labelledby={`f-${id}`}>
          <h2 id={`f-${id}`}>
            {id} {FORMS[id].title[language]}
          </h2>
          {FORMS[id].notes.map(note => (
            <p class="soft">{note[language]}</p>
          ))}
          <ul class="choices-of-form">
            {kindsToChoose(frame, id).map(({ value, label }) => (
              <li>
                <a class="button" href={`${base}/new/${id}${value === '' ? '' : `?change=${value}`}`}>
                  <Icon name="draft" />
                  {label[language]}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Framed>,
  );
}

/** One link for each kind of change, so that the form asks for nothing else; who has no account asks for one. */
function kindsToChoose(
  frame: ApplicationFrame,
  id: FormId,
): readonly { readonly value: string; readonly label: Bilingual }[] {
  const kinds = changeKindsOf(FORMS[id]);
  if (frame.kind === 'applicant') return kinds.filter(({ value }) => value === 'add');
  const { zh, en } = APPLICATIONS.fill;
  return kinds.length > 0 ? kinds : [{ value: '', label: { zh: `${zh} ${id}`, en: `${en} ${id}` } }];
}

function columnsOf(frame: ApplicationFrame, { organisations, today }: Names): Column<Application>[] {
  const page = pageOf(frame);
  const { language } = page;
  const base = baseOf(frame);
  return [
    {
      head: APPLICATIONS.number[language],
      isShort: true,
      cell: ({ number }) => <a href={`${base}/${number}`}>{number}</a>,
    },
    { head: APPLICATIONS.subject[language], isShort: true, cell: each => each.subjectName || each.filer.name },
    { head: APPLICATIONS.organisation[language], cell: each => organisations.get(each.organisationId) ?? '' },
    {
      head: APPLICATIONS.status[language],
      cell: ({ status, stage }) => (
        <>
          <StateChip page={page} {...STATUS_WORDS[status]} isPlain />
          {stage !== null && status === 'in-review' && <span class="sub">{STAGE_WORDS[stage][language]}</span>}
        </>
      ),
    },
    {
      head: APPLICATIONS.effective[language],
      isShort: true,
      cell: ({ effectiveDay, status }) => (
        <>
          {effectiveDay}
          {effectiveDay !== null && effectiveDay < today && status === 'in-review' && (
            <span class="sub late">{APPLICATIONS.late[language]}</span>
          )}
        </>
      ),
    },
    {
      head: APPLICATIONS.submitted[language],
      isShort: true,
      cell: ({ submittedAt, draftedAt }) => <Instant at={submittedAt ?? draftedAt} />,
    },
  ];
}
