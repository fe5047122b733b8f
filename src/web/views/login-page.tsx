import type { JSX } from 'preact';
import type { WhyOver } from '../../flows/login/portal-session.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { PageContext } from '../page-context.ts';
import { HTML_LANG, otherLanguage, type Bilingual } from '../texts/bilingual.ts';
import { ONE_DAY } from '../texts/credentials.ts';
import { HELP_LINKS } from '../texts/help/help-links.ts';
import { LOGIN } from '../texts/login.ts';
import { tellEnd } from '../texts/session-ends.ts';
import { CardForm } from './card-form.tsx';
import { LoginTemplates, ReaderLineContent, COMPONENT_WAITING } from './card-states.tsx';
import { CertificateWay } from './certificate-way.tsx';
import { renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { Icon } from './icons.tsx';

interface LoginPageProps {
  readonly page: PageContext;
  /** The trip this login is part of, and the system it leads to. */
  readonly trip: { readonly id: string; readonly system: BusinessSystem } | null;
  /** A trip was named in the address but is not there any more. */
  readonly isTripOver: boolean;
  /** What became of the session that this browser had. */
  readonly whyOver: WhyOver;
}

/** The login page: names the system being entered, says what the reader sees, takes the PIN. */
export function renderLoginPage(props: LoginPageProps): string {
  return renderDocument(<LoginPage {...props} />);
}

function LoginPage(props: LoginPageProps): JSX.Element {
  const { page, trip } = props;
  const { language } = page;
  const target = targetOf(props);
  return (
    <Door page={page} title={titleOf(target)[language]} scripts={['islands/login.js']}>
      <div class="entry">
        <section class="pass" aria-labelledby="system">
          <header class="pass-head">
            <div>
              <p class="to">{LOGIN.entering[language]}</p>
              <h1 id="system">{target[language]}</h1>
              <p class="en" lang={HTML_LANG[otherLanguage(language)]}>
                {target[otherLanguage(language)]}
              </p>
            </div>
            <CardContacts />
          </header>
          <p class="reader" role="status" id="reader">
            <ReaderLineContent line={COMPONENT_WAITING} language={language} />
          </p>
          <Notices {...props} />
          <CardForm
            page={page}
            purpose="login"
            challengeHref="/login/card/challenge"
            proofHref="/login/card"
            trip={trip?.id}
            submit={LOGIN.submit}
            autofocus
          />
          <p class="pass-foot">
            <span>{LOGIN.forgotten[language]}</span>
            <a href="/help/locked">{LOGIN.forgottenLink[language]}</a>
          </p>
          {page.settings.hasCardHost && <CertificateWay page={page} tripId={trip?.id} />}
          <p class="pass-foot">
            <a href={trip === null ? '/login/one-day-password' : `/login/one-day-password?trip=${trip.id}`}>
              {ONE_DAY.quietLink[language]}
            </a>
          </p>
        </section>
        <HelpAside page={page} />
      </div>
      <LoginTemplates page={page} />
    </Door>
  );
}

function targetOf(props: LoginPageProps): Bilingual {
  const { agency } = props.page.settings;
  const system = props.trip?.system;
  return system === undefined ? { zh: agency.product, en: agency.productEn } : { zh: system.name, en: system.nameEn };
}

function titleOf(target: Bilingual): Bilingual {
  return { zh: `登入${target.zh}`, en: `Log in to ${target.en}` };
}

function Notices(props: LoginPageProps): JSX.Element | null {
  const { language } = props.page;
  const texts: Bilingual[] = [];
  const { endedBecause, replacedBy } = props.whyOver;
  if (endedBecause !== null) texts.push(tellEnd(endedBecause, replacedBy));
  if (props.isTripOver) texts.push(LOGIN.tripOver);
  if (texts.length === 0) return null;
  return (
    <div class="pass-notices">
      {texts.map(text => (
        <p class="notice notice-wait">
          <Icon name="info" />
          <span>{text[language]}</span>
        </p>
      ))}
    </div>
  );
}

/** The contacts of a smart card; decoration. */
function CardContacts(): JSX.Element {
  return (
    <svg class="contacts" viewBox="0 0 80 60" aria-hidden="true">
      <rect class="plate-fill" x="1" y="1" width="78" height="58" rx="9" />
      <path d="M28 1v14M52 1v14M28 59V45M52 59V45M1 20h22l5 5v10l-5 5H1M79 20H57l-5 5v10l5 5h22M1 30h27M79 30H52M28 15h24v30H28z" />
    </svg>
  );
}

function HelpAside(props: { readonly page: PageContext }): JSX.Element {
  const { language, settings } = props.page;
  const { helpDesk } = settings;
  return (
    <aside class="aside" aria-labelledby="help">
      <h2 id="help">{LOGIN.helpHeading[language]}</h2>
      <ul>
        <li>
          <a href="/activate">{ONE_DAY.activateLink[language]}</a>
        </li>
        <li>
          <a href="/rebind">{ONE_DAY.rebindLink[language]}</a>
        </li>
        {HELP_LINKS.map(link => (
          <li>
            <a href={`/help/${link.page}`}>{link.label[language]}</a>
            <span>{link.about[language]}</span>
          </li>
        ))}
        <li>
          <a href={`tel:${helpDesk.phone.replace(/[^\d+]/g, '')}`}>
            {LOGIN.helpDesk[language]} {helpDesk.phone}
          </a>
          <span>{helpDesk.hours[language]}</span>
        </li>
      </ul>
    </aside>
  );
}
