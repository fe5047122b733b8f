import type { JSX } from 'preact';
import type { ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { RecordedEnd } from '../../flows/ports/session-records.ts';
import type { PageContext } from '../page-context.ts';
import { END_REASONS, METHOD_NAMES } from '../texts/home.ts';
import { SESSIONS, durationOf } from '../texts/sessions.ts';
import type { Column } from './data-table.tsx';
import { Instant } from './home-facts.tsx';

/** What the columns of every list of sessions need. */
export interface SessionColumns {
  readonly page: PageContext;
  readonly systems: readonly BusinessSystem[];
  readonly at: Date;
  /** Of accounts at whose word sessions ended. */
  readonly names: ReadonlyMap<string, string>;
  /** Whose list it is, where it is one's own: "you" instead of the name. */
  readonly ownAccountId?: string;
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
    cell: ({ record, standing }) => {
      if (record.end !== null) return <HowEnded {...columns} end={record.end} />;
      if (standing === null) return SESSIONS.ending[language];
      return <Instant at={new Date(at.getTime() + standing.idleRemainingMs)} />;
    },
  };
}

/** When, why, and at whose word. */
export function HowEnded(props: SessionColumns & { readonly end: RecordedEnd }): JSX.Element {
  const { page, end } = props;
  const { language } = page;
  // The record of a session that gave way names the one that took its place, for programs.
  const note = end.reason === 'replaced' ? null : end.note;
  return (
    <>
      <Instant at={end.at} />
      <span class="sub">
        {END_REASONS[end.reason][language]}
        {language === 'zh' ? `（${whoEnded(props)}）` : ` (${whoEnded(props)})`}
      </span>
      {note !== null && (
        <span class="sub note">
          {SESSIONS.note[language]} {note}
        </span>
      )}
    </>
  );
}

function whoEnded({ page, end, names, ownAccountId }: SessionColumns & { readonly end: RecordedEnd }): string {
  const { language } = page;
  switch (end.by.kind) {
    case 'account':
      if (end.by.accountId === ownAccountId) return SESSIONS.byYou[language];
      return names.get(end.by.accountId) ?? end.by.accountId;
    case 'command-line':
      return SESSIONS.byOperator[language];
    case 'gateway':
    case 'unidentified':
      return SESSIONS.byGateway[language];
  }
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
