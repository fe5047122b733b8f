import type { JSX } from 'preact';
import type { ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { DeskContext } from '../desk-context.ts';
import { PARTS } from '../texts/parts.ts';
import { SESSIONS } from '../texts/sessions.ts';
import { ActionForm, ConfirmPanel } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { Icon } from './icons.tsx';
import {
  HowEnded,
  JustEnded,
  addressColumn,
  endColumn,
  idleColumn,
  loginColumn,
  systemsColumn,
  type SessionColumns,
} from './session-parts.tsx';
import { StateChip } from './state-chip.tsx';

interface OwnSessionsProps extends Omit<SessionColumns, 'page'> {
  readonly desk: DeskContext;
  readonly open: readonly ListedSession[];
  readonly ended: readonly ListedSession[];
  /** How many have just been ended; null: none. */
  readonly justEnded: number | null;
}

/** One's own sessions: those that stand, and those that have ended. */
export function renderOwnSessions(props: OwnSessionsProps): string {
  return renderDocument(<OwnSessionsPage {...props} />);
}

function OwnSessionsPage(props: OwnSessionsProps): JSX.Element {
  const { desk, open, ended, justEnded } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const columns = { ...props, page };
  return (
    <Desk desk={desk} title={SESSIONS.ownTitle[language]}>
      <header class="page-head">
        <div>
          <h1>{SESSIONS.ownTitle[language]}</h1>
          <p>{SESSIONS.ownAbout[language]}</p>
        </div>
      </header>
      <JustEnded page={page} count={justEnded} />
      <p class="table-note">{PARTS.zone[language]}</p>
      <DataTable page={page} name={SESSIONS.ownTitle[language]} columns={openColumns(props)} rows={open} />
      {open.length > 1 && (
        <ConfirmPanel
          page={page}
          title={SESSIONS.endOthers}
          about={SESSIONS.endOthersAbout}
          button={SESSIONS.endOthers}
          icon="exit"
          action="/sessions/end"
          formToken={formToken}
        >
          <input type="hidden" name="which" value="others" />
        </ConfirmPanel>
      )}
      <ConfirmPanel
        page={page}
        title={SESSIONS.endAll}
        about={SESSIONS.endAllAbout}
        button={SESSIONS.endAll}
        icon="exit"
        action="/sessions/end"
        formToken={formToken}
      >
        <input type="hidden" name="which" value="all" />
      </ConfirmPanel>
      <section aria-labelledby="history">
        <h2 id="history">{SESSIONS.history[language]}</h2>
        <p class="table-note">{SESSIONS.historyNote[language]}</p>
        <DataTable
          page={page}
          name={SESSIONS.history[language]}
          columns={[
            loginColumn(columns),
            addressColumn(columns),
            {
              head: SESSIONS.endedAt[language],
              cell: session => <HowEnded {...columns} session={session} />,
            },
            systemsColumn(columns),
          ]}
          rows={ended}
          whenEmpty={SESSIONS.noHistory[language]}
        />
      </section>
    </Desk>
  );
}

function openColumns(props: OwnSessionsProps): Column<ListedSession>[] {
  const { desk } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const columns = { ...props, page };
  const login = loginColumn(columns);
  const isThis = ({ record }: ListedSession) => record.reference === desk.person.session.reference;
  return [
    {
      ...login,
      cell: session => (
        <>
          {login.cell(session)}
          {isThis(session) && <StateChip page={page} tone="ok" text={SESSIONS.thisOne} isPlain />}
        </>
      ),
    },
    addressColumn(columns),
    idleColumn(columns),
    endColumn(columns),
    systemsColumn(columns),
    {
      head: SESSIONS.act[language],
      isAct: true,
      cell: session => (
        <ActionForm action="/sessions/end" formToken={formToken}>
          <input type="hidden" name="which" value="one" />
          <input type="hidden" name="session" value={session.record.reference} />
          <button class="button button-small" type="submit">
            <Icon name="exit" />
            {(isThis(session) ? SESSIONS.endThis : SESSIONS.end)[language]}
          </button>
        </ActionForm>
      ),
    },
  ];
}
