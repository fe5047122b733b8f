import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { LOGOUT } from '../texts/logout.ts';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { Icon } from './icons.tsx';

/** Asks before logging out; `formToken` is null when nobody is logged in. */
export function renderLogoutPage(props: { readonly page: PageContext; readonly formToken: string | null }): string {
  return renderDocument(<LogoutPage {...props} />);
}

function LogoutPage(props: { readonly page: PageContext; readonly formToken: string | null }): JSX.Element {
  const { page, formToken } = props;
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
      </section>
    </Door>
  );
}

/** Says that it is over, and what is left to do with the card. */
export function renderLoggedOutPage(props: LoggedOutProps): string {
  return renderDocument(<LoggedOutPage {...props} />);
}

interface LoggedOutProps {
  readonly page: PageContext;
  /** The session is over, and the record of it waits until the database can be reached. */
  readonly isRecordPending: boolean;
}

function LoggedOutPage(props: LoggedOutProps): JSX.Element {
  const { page } = props;
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
            <p class="lead">{LOGOUT.done[language]}</p>
            {props.isRecordPending && <p>{LOGOUT.recordPending[language]}</p>}
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
