import type { JSX } from 'preact';
import type { ListedSession } from '../../flows/sessions/list-sessions.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { listHref } from '../list-address.ts';
import type { SessionList } from '../session-list.ts';
import { METHODS } from '../session-list.ts';
import { METHOD_NAMES } from '../texts/home.ts';
import { PARTS } from '../texts/parts.ts';
import { SESSIONS, andOthers, countOf, timesOf } from '../texts/sessions.ts';
import { ActionForm } from './action-form.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { TextArea } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { REGISTER, appliedOf } from './session-register.tsx';

/** So many accounts are named; the list has the others. */
const NAMED = 20;

interface EndSessionsProps {
  readonly desk: DeskContext;
  /** The filter; its sessions are those that end, as far as one page of the list shows them. */
  readonly list: SessionList;
  readonly systems: readonly BusinessSystem[];
  /** All that end, up to 1,000. */
  readonly ending: readonly ListedSession[];
  readonly total: number;
  /** The session that asks fits, and is left out. */
  readonly isOwnAmong: boolean;
  /** How many fit that the visitor sees and may not end. */
  readonly beyond: number;
  readonly retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** Says how many sessions would end and whose, and asks why, before anything ends. */
export function renderEndSessions(props: EndSessionsProps): string {
  return renderDocument(<EndSessionsPage {...props} />);
}

function EndSessionsPage(props: EndSessionsProps): JSX.Element {
  const { desk, list, total, retry } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const { session, ...filters } = list.query;
  const back = session === undefined ? listHref(REGISTER, filters) : REGISTER;
  return (
    <Desk
      desk={desk}
      title={SESSIONS.confirmTitle[language]}
      parents={[{ href: REGISTER, label: SESSIONS.title[language] }]}
      errors={retry?.errors ?? []}
    >
      <header class="page-head">
        <div>
          <h1>{SESSIONS.confirmTitle[language]}</h1>
          <p>{SESSIONS.confirmAbout[language]}</p>
        </div>
      </header>
      <Which {...props} />
      {total === 0 ? (
        <p class="soft">{SESSIONS.nothingToEnd[language]}</p>
      ) : (
        <ActionForm action={`${REGISTER}/end`} formToken={formToken} class="entry-form">
          {Object.entries(list.query).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          {Object.keys(list.query).length === 0 && <input type="hidden" name="all" value="1" />}
          <TextArea
            page={page}
            name="reason"
            label={SESSIONS.reason}
            hint={SESSIONS.reasonHint}
            isRequired
            value={retry?.typed['reason'] ?? ''}
            errors={retry?.errors ?? []}
          />
          <button class="button button-main" type="submit">
            <Icon name="exit" />
            {SESSIONS.send[language]}
          </button>
          {session === undefined && <p class="faint">{SESSIONS.confirmRace[language]}</p>}
        </ActionForm>
      )}
      <p>
        <a href={back}>{SESSIONS.cancel[language]}</a>
      </p>
    </Desk>
  );
}

function Which(props: EndSessionsProps): JSX.Element {
  const { desk, list, ending, total, isOwnAmong, beyond } = props;
  const { language } = desk.page;
  const accounts = groupByAccount(ending);
  const method = METHODS.find(each => each === list.query['method']);
  const filters = [
    ...appliedOf(props).map(({ text }) => text),
    ...(method === undefined ? [] : [METHOD_NAMES[method][language]]),
  ];
  const isLarge = ending.length < total;
  return (
    <section class="whose" aria-labelledby="whose">
      <h2 id="whose">{SESSIONS.whose[language]}</h2>
      {filters.length === 0 ? (
        <p class="notice notice-wait">
          <Icon name="warn" />
          <span>{SESSIONS.everything[language]}</span>
        </p>
      ) : (
        <p class="soft">
          {PARTS.applied[language]} {filters.join(language === 'zh' ? '、' : ', ')}
        </p>
      )}
      {total > 0 && (
        <p>
          <b>{isLarge ? timesOf(total)[language] : countOf(total, accounts.length)[language]}</b>
        </p>
      )}
      <ul class="plain-list">
        {accounts.slice(0, NAMED).map(({ loginName, name, organisationId, count }) => (
          <li>
            {loginName} {name}・{list.organisations.get(organisationId)?.name ?? ''}・{timesOf(count)[language]}
          </li>
        ))}
        {accounts.length > NAMED && <li>{andOthers(accounts.length - NAMED)[language]}</li>}
      </ul>
      {isOwnAmong && (
        <p class="notice">
          <Icon name="info" />
          <span>{SESSIONS.ownKept[language]}</span>
        </p>
      )}
      {beyond > 0 && (
        <p class="notice">
          <Icon name="info" />
          <span>
            {SESSIONS.beyondReach[language]}
            {timesOf(beyond)[language]}
          </span>
        </p>
      )}
    </section>
  );
}

function groupByAccount(sessions: readonly ListedSession[]) {
  const accounts = new Map<string, { loginName: string; name: string; organisationId: string; count: number }>();
  for (const { record } of sessions) {
    const { loginName, name, organisationId } = record;
    const found = accounts.get(record.accountId) ?? { loginName, name, organisationId, count: 0 };
    found.count += 1;
    accounts.set(record.accountId, found);
  }
  return [...accounts.values()];
}
