import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { sessionWarningIn } from '../texts/session-warning.ts';

/** What `islands/session-watch.ts` needs to know of the session behind the page; nothing is shown without it. */
export function SessionWatch(props: { readonly page: PageContext }): JSX.Element | null {
  const { session, language } = props.page;
  if (session === undefined) return null;
  return (
    <template
      id="session-watch"
      data-texts={JSON.stringify(sessionWarningIn(language))}
      data-remaining={session.idleRemainingMs}
      data-account={session.accountId}
    />
  );
}
