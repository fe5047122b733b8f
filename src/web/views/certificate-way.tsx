import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { TLS_LOGIN } from '../texts/tls-login.ts';

/** The quiet second way of the login page: a form, so that no link or prefetch begins a login. */
export function CertificateWay(props: {
  readonly page: PageContext;
  readonly tripId: string | undefined;
}): JSX.Element {
  const { language } = props.page;
  return (
    <form class="pass-foot" method="post" action="/login/tls">
      {props.tripId !== undefined && <input type="hidden" name="trip" value={props.tripId} />}
      <span>{TLS_LOGIN.about[language]}</span>
      <button class="button-link" type="submit">
        {TLS_LOGIN.begin[language]}
      </button>
      <a href="/help/browser-certificate">{TLS_LOGIN.help[language]}</a>
    </form>
  );
}
