import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { LOGIN } from '../texts/login.ts';
import { ComponentNotice } from './component-notice.tsx';
import { Icon } from './icons.tsx';
import { ReaderChoice } from './reader-choice.tsx';

/**
 * The card dialogue, worked by `islands/login.js`: PIN → challenge → component → signature → next page. What the signature
 * is for is in the two addresses.
 */
export function CardForm(props: {
  readonly page: PageContext;
  /** What is signed for; named when the page reports a failed step. */
  readonly purpose: 'login' | 'bind' | 'apply' | 'sign';
  /** Where the page's script asks for the text to sign, and hands in the signature. */
  readonly challengeHref: string;
  readonly proofHref: string;
  readonly trip?: string | undefined;
  readonly submit: Bilingual;
  readonly autofocus?: boolean;
}): JSX.Element {
  const { language, settings } = props.page;
  return (
    <form
      class="pass-body"
      id="login"
      autocomplete="off"
      data-component={settings.component.origin}
      data-purpose={props.purpose}
      data-challenge={props.challengeHref}
      data-proof={props.proofHref}
      data-trip={props.trip}
    >
      <ComponentNotice page={props.page} />
      <div id="state" tabIndex={-1} />
      <div class="field">
        <label for="pin">{LOGIN.pin[language]}</label>
        <span class="hint" id="pin-hint">
          {LOGIN.pinHint[language]}{' '}
          <a class="nowrap" href="/help/pin">
            {LOGIN.pinRules[language]}
          </a>
        </span>
        {/*
          No name: no form can send it (DESIGN rule 4). Browsers offer to keep every password but one-time codes, whatever
          "off" says; the data attributes tell the three common password managers the same.
        */}
        <input
          class="input input-pin"
          id="pin"
          type="password"
          required
          minLength={6}
          maxLength={8}
          pattern="[A-Za-z0-9]{6,8}"
          title={LOGIN.pinForm[language]}
          autocomplete="one-time-code"
          data-1p-ignore
          data-bwignore
          data-lpignore="true"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby="pin-hint pin-tries"
          autofocus={props.autofocus === true}
        />
        <span class="hint" id="pin-tries">
          {LOGIN.pinTries[language]}
        </span>
      </div>
      <noscript>
        <p class="notice notice-stop">
          <Icon name="stop" />
          <span>{LOGIN.needScript[language]}</span>
        </p>
      </noscript>
      {/* Enabled by the script: without it the card cannot be read. */}
      <button class="button button-main button-wide" type="submit" id="submit" disabled>
        <Icon name="card" />
        {props.submit[language]}
      </button>
      <ReaderChoice page={props.page} />
    </form>
  );
}
