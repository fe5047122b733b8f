import type { JSX } from 'preact';
import { noteOf } from '../../flows/sessions/find-enders.ts';
import type { ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { PageContext } from '../page-context.ts';
import { END_REASONS, METHOD_NAMES } from '../texts/home.ts';
import { tellEnder } from '../texts/session-ends.ts';
import { SESSIONS, durationOf, endedCount } from '../texts/sessions.ts';
import type { Column } from './data-table.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';

/** What the columns of every list of sessions need. */
export interface SessionColumns {
  readonly page: PageContext;
  readonly systems: readonly BusinessSystem[];
  readonly at: Date;
  /** Whose list it is, where it is one's own: "you" instead of the name. */
  readonly ownAccountId?: string;
}

/** What the act that led to this page has ended; nothing where no act did. */
export function JustEnded(props: { readonly page: PageContext; readonly count: number | null }): JSX.Element | null {
  const { page, count } = props;
  if (count === null) return null;
  return (
    <p class="notice" role="status">
      <Icon name={count > 0 ? 'ok' : 'info'} />
      <span>{endedCount(count)[page.language]}</span>
    </p>
  );
}

/** How, since when and from where. */
export function loginColumn({ page }: SessionColumns): Column<ListedSession> {
  const { language } = page;
  return {
    head: SESSIONS.since[language],
    isShort: true,
    cell: ({ record }) => (
      <>
        <Instant at={record.authenticatedAt} />
        <span class="sub">{METHOD_NAMES[record.method][language]}</span>
      </>
    ),
  };
}

export function addressColumn({ page }: SessionColumns): Column<ListedSession> {
  return {
    head: SESSIONS.address[page.language],
    isShort: true,
    cell: ({ record }) => record.clientAddress,
  };
}

/** Last activity, and how long ago. */
export function idleColumn({ page, at }: SessionColumns): Column<ListedSession> {
  const { language } = page;
  return {
    head: SESSIONS.lastActivity[language],
    isShort: true,
    cell: ({ standing }) =>
      standing === null ? (
        '–'
      ) : (
        <>
          <Instant at={new Date(at.getTime() - standing.idleMs)} />
          <span class="sub">
            {SESSIONS.idleFor[language]} {durationOf(standing.idleMs)[language]}
          </span>
        </>
      ),
  };
}

/** When it ends by itself, or how it ended. */
export function endColumn(columns: SessionColumns): Column<ListedSession> {
  const { page, at } = columns;
  const { language } = page;
  return {
    head: SESSIONS.endsAt[language],
    isShort: true,
    cell: session => {
      const { record, standing } = session;
      if (record.end !== null) return <HowEnded {...columns} session={session} />;
      if (standing === null) return SESSIONS.ending[language];
      return <Instant at={new Date(at.getTime() + standing.idleRemainingMs)} />;
    },
  };
}

/** When, why, and at whose word; nothing of a session that has no end on record. */
export function HowEnded(props: SessionColumns & { readonly session: ListedSession }): JSX.Element | null {
  const { page, ownAccountId, session } = props;
  const { language } = page;
  const { record, endedBy } = session;
  if (record.end === null || endedBy === null) return null;
  const { at, reason } = record.end;
  const note = noteOf(record);
  const who = tellEnder(endedBy, ownAccountId)[language];
  return (
    <>
      <Instant at={at} />
      <span class="sub note">
        {END_REASONS[reason][language]}
        {language === 'zh' ? `（${who}）` : ` (${who})`}
      </span>
      {note !== null && (
        <span class="sub note">
          {SESSIONS.note[language]} {note}
        </span>
      )}
    </>
  );
}

export function systemsColumn({ page, systems }: SessionColumns): Column<ListedSession> {
  const { language } = page;
  const nameOf = (id: string): string => {
    const found = systems.find(system => system.id === id);
    if (found === undefined) return id;
    return language === 'zh' ? found.name : found.nameEn;
  };
  return {
    head: SESSIONS.systems[language],
    cell: ({ record }) =>
      record.systemIds.length === 0
        ? SESSIONS.noSystems[language]
        : record.systemIds.map(nameOf).join(language === 'zh' ? '、' : ', '),
  };
}
