import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { HTML_LANG, otherLanguage } from '../texts/bilingual.ts';
import { FRAME } from '../texts/frame.ts';
import { Icon } from './icons.tsx';
import { SystemNotice } from './system-notice.tsx';

/** The name plate: whose door this is (requirement D1-005). */
export function Plate(props: { readonly page: PageContext }): JSX.Element {
  const { page } = props;
  const { agency } = page.settings;
  return (
    <a class="plate" href={page.portalHref}>
      <b>{page.language === 'zh' ? `${agency.name} ${agency.product}` : agency.productEn}</b>
      <span>{page.language === 'zh' ? agency.door : agency.doorEn}</span>
    </a>
  );
}

/** The language switch: a form, because choosing sets a cookie and GET changes nothing. */
export function LanguageSwitch(props: { readonly page: PageContext }): JSX.Element | null {
  const { page } = props;
  if (page.here === null) return null;
  const other = otherLanguage(page.language);
  const names = { zh: FRAME.chinese.zh, en: FRAME.english.en };
  const here = (
    <span class="lang-here" aria-current="true" lang={HTML_LANG[page.language]}>
      {names[page.language]}
    </span>
  );
  const there = (
    <button class="button-link" name="language" value={other} lang={HTML_LANG[other]} type="submit">
      {names[other]}
    </button>
  );
  return (
    <form class="lang" method="post" action="/language">
      <input type="hidden" name="return" value={page.here} />
      {page.language === 'zh' ? here : there}
      {page.language === 'zh' ? there : here}
    </form>
  );
}

/** Logs out at once. */
export function LogoutForm(props: { readonly page: PageContext; readonly formToken: string }): JSX.Element {
  return (
    <form method="post" action="/logout">
      <input type="hidden" name="token" value={props.formToken} />
      <button class="button button-small button-quiet" type="submit">
        <Icon name="exit" />
        {FRAME.logOut[props.page.language]}
      </button>
    </form>
  );
}

/** Leaving is possible from every page of whoever is logged in (requirement D1-097). */
export function Leave(props: { readonly page: PageContext }): JSX.Element | null {
  const { session, mayLeave, language } = props.page;
  if (session !== undefined) return <LogoutForm page={props.page} formToken={session.formToken} />;
  return mayLeave === true ? <a href="/logout">{FRAME.logOut[language]}</a> : null;
}

/** The foot: ownership notice in both languages (requirement D1-004), rules, version. */
export function Foot(props: { readonly page: PageContext; readonly class?: string }): JSX.Element {
  const { settings, language, portalHref } = props.page;
  const base = portalHref.replace(/\/$/, '');
  return (
    <footer class={`foot ${props.class ?? ''}`.trim()}>
      <div class="foot-in">
        {props.page.notice !== undefined && <SystemNotice notice={props.page.notice} language={language} />}
        <p lang={HTML_LANG.zh}>{settings.ownershipNotice.zh}</p>
        <p lang={HTML_LANG.en}>{settings.ownershipNotice.en}</p>
        <p class="row">
          <a href={`${base}/help/rules`}>{FRAME.rules[language]}</a>
          <a href={`${base}/help/privacy`}>{FRAME.privacy[language]}</a>
          <a href={`${base}/help/accessibility`}>{FRAME.accessibility[language]}</a>
          <span>
            {FRAME.version[language]} {settings.version}
          </span>
        </p>
      </div>
    </footer>
  );
}
