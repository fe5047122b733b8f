import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { EndHold } from '../../flows/sessions/end-hold.ts';
import { LOGOUT, WEAK_HOLDS } from '../texts/logout.ts';
import { endedCount, SESSIONS } from '../texts/sessions.ts';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { Icon } from './icons.tsx';

interface LogoutProps {
  readonly page: PageContext;
  /** Null: nobody is logged in. */
  readonly formToken: string | null;
  /** Nobody could be looked up, so that the page of one's sessions is closed, too. */
  readonly isBlind: boolean;
}

/** Asks before logging out. */
export function renderLogoutPage(props: LogoutProps): string {
  return renderDocument(<LogoutPage {...props} />);
}

function LogoutPage(props: LogoutProps): JSX.Element {
  const { page, formToken, isBlind } = props;
  const { language } = page;
  return (
    <Door page={page} title={LOGOUT.askTitle[language]}>
      <section class="failure failure-off" aria-labelledby="ask">
        <header class="failure-head">
          <Icon name="exit" />
          <div>
            <h1 id="ask">{LOGOUT.askTitle[language]}</h1>
            <Twin page={page} text={LOGOUT.askTitle} />
            <p class="lead">{formToken === null ? LOGOUT.nobody[language] : LOGOUT.ask[language]}</p>
            {formToken !== null && (
              <form class="answers" method="post" action="/logout">
                <input type="hidden" name="token" value={formToken} />
                <button class="button button-main" type="submit">
                  <Icon name="exit" />
                  {LOGOUT.confirm[language]}
                </button>
                <a class="button" href="/">
                  {LOGOUT.stay[language]}
                </a>
              </form>
            )}
            {formToken === null && (
              <p class="answers">
                <a class="button button-main" href="/login">
                  {LOGOUT.again[language]}
                </a>
              </p>
            )}
          </div>
        </header>
        {formToken !== null && isBlind && (
          <ol class="steps">
            <li>
              <div>
                <h2>{LOGOUT.everywhereTitle[language]}</h2>
                <p>{LOGOUT.everywhere[language]}</p>
                <form class="answers" method="post" action="/sessions/end">
                  <input type="hidden" name="token" value={formToken} />
                  <input type="hidden" name="which" value="all" />
                  <button class="button" type="submit">
                    {SESSIONS.endAll[language]}
                  </button>
                </form>
              </div>
            </li>
          </ol>
        )}
      </section>
    </Door>
  );
}

/** Says that one's other sessions have ended, where they cannot be listed any more. */
export function renderOthersEndedPage(props: OthersEndedProps): string {
  return renderDocument(<OthersEndedPage {...props} />);
}

interface OthersEndedProps {
  readonly page: PageContext;
  readonly ended: number;
  readonly hold: EndHold;
}

function OthersEndedPage({ page, ended, hold }: OthersEndedProps): JSX.Element {
  const { language } = page;
  return (
    <Door page={page} title={LOGOUT.othersTitle[language]}>
      <section class="failure failure-ok" aria-labelledby="done">
        <header class="failure-head">
          <Icon name="ok" />
          <div>
            <h1 id="done">{LOGOUT.othersTitle[language]}</h1>
            <Twin page={page} text={LOGOUT.othersTitle} />
            <p class="lead">{endedCount(ended)[language]}</p>
            <WeakHold page={page} hold={hold} />
            <p class="answers">
              <a class="button" href="/sessions">
                {SESSIONS.ownTitle[language]}
              </a>
            </p>
          </div>
        </header>
      </section>
    </Door>
  );
}

function WeakHold({ page, hold }: { readonly page: PageContext; readonly hold: EndHold }): JSX.Element | null {
  return hold === 'recorded' ? null : <p>{WEAK_HOLDS[hold][page.language]}</p>;
}

/** Says that it is over, and what is left to do with the card. */
export function renderLoggedOutPage(props: LoggedOutProps): string {
  return renderDocument(<LoggedOutPage {...props} />);
}

interface LoggedOutProps {
  readonly page: PageContext;
  readonly hold: EndHold;
}

function LoggedOutPage({ page, hold }: LoggedOutProps): JSX.Element {
  const { language } = page;
  const rest = [
    [LOGOUT.removeTitle, LOGOUT.remove],
    [LOGOUT.closeTitle, LOGOUT.close],
  ] as const;
  return (
    <Door page={page} title={LOGOUT.doneTitle[language]}>
      <section class="failure failure-ok" aria-labelledby="done">
        <header class="failure-head">
          <Icon name="ok" />
          <div>
            <h1 id="done">{LOGOUT.doneTitle[language]}</h1>
            <Twin page={page} text={LOGOUT.doneTitle} />
            <p class="lead">{(hold === 'here-only' ? LOGOUT.doneHere : LOGOUT.done)[language]}</p>
            <WeakHold page={page} hold={hold} />
          </div>
        </header>
        <ol class="steps">
          {rest.map(([title, text]) => (
            <li>
              <div>
                <h2>{title[language]}</h2>
                <p>{text[language]}</p>
              </div>
            </li>
          ))}
        </ol>
        <p class="answers">
          <a class="button" href="/login">
            {LOGOUT.again[language]}
          </a>
        </p>
      </section>
    </Door>
  );
}
