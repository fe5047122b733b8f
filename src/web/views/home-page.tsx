import type { JSX } from 'preact';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { DeskContext } from '../desk-context.ts';
import type { PageContext } from '../page-context.ts';
import type { GrantedSystem, StartPage } from '../start-page.ts';
import { HTML_LANG, otherLanguage } from '../texts/bilingual.ts';
import { HOME } from '../texts/home.ts';
import { WAITING } from '../texts/waiting.ts';
import { ComponentNotice } from './component-notice.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { EventTimeline } from './event-timeline.tsx';
import { AccountFacts, CertificateList, SessionFacts } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

interface HomePageProps {
  readonly desk: DeskContext;
  readonly start: StartPage;
}

/** The portal's start page: where I may go, who I am here, what was recorded of me. */
export function renderHomePage(props: HomePageProps): string {
  return renderDocument(<HomePage {...props} />);
}

function HomePage(props: HomePageProps): JSX.Element {
  const { desk, start } = props;
  const { page } = desk;
  const { language } = page;
  return (
    <Desk desk={desk} title={HOME.title[language]} scripts={['islands/start.js']}>
      <header class="page-head">
        <div>
          <h1>{HOME.title[language]}</h1>
          <p>
            <span class="nowrap">{formatTaipeiTime(start.at)}</span>・{HOME.zone[language]}
          </p>
        </div>
      </header>
      <ComponentNotice page={page} />
      <Waiting desk={desk} />
      <h2 class="home-systems">{HOME.mySystems[language]}</h2>
      <GrantedSystems page={page} granted={start.granted} />
      <OtherSystems page={page} start={start} />
      <div class="home-low">
        <section aria-labelledby="events">
          <h2 id="events">{HOME.events[language]}</h2>
          <EventTimeline page={page} events={start.events} systemNames={start.systemNames} />
          <p class="faint home-note">{HOME.eventsNote[language]}</p>
        </section>
        <div class="side">
          <SessionFacts page={page} person={start.person} />
          <CertificateList page={page} start={start} />
          <AccountFacts page={page} person={start.person} />
        </div>
      </div>
    </Desk>
  );
}

/** What waits for this person, and where he deals with it. */
function Waiting({ desk }: { readonly desk: DeskContext }): JSX.Element {
  const { language } = desk.page;
  return (
    <section class="waiting" aria-labelledby="waiting">
      <h2 id="waiting">{WAITING.title[language]}</h2>
      {desk.waiting.length === 0 && <p class="faint">{WAITING.none[language]}</p>}
      <ul class="tasks">
        {desk.waiting.map(({ href, title, count }) => (
          <li class="task">
            <div class="what">
              <h3>{title[language]}</h3>
            </div>
            <p class="mark">
              <StateChip
                page={desk.page}
                tone="now"
                text={{ zh: `${count} ${WAITING.cases.zh}`, en: `${count} ${WAITING.cases.en}` }}
              />
            </p>
            <p class="do">
              <a class="button button-small" href={href}>
                {WAITING.open[language]}
                <span class="unseen"> {title[language]}</span>
              </a>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function GrantedSystems(props: {
  readonly page: PageContext;
  readonly granted: readonly GrantedSystem[];
}): JSX.Element {
  const { language } = props.page;
  if (props.granted.length === 0) {
    return (
      <p class="notice notice-wait">
        <Icon name="info" />
        <span>{HOME.noSystems[language]}</span>
      </p>
    );
  }
  const other = otherLanguage(language);
  return (
    <ul class="systems">
      {props.granted.map(({ system, roles }) => {
        const names = { zh: system.name, en: system.nameEn };
        return (
          <li class="system">
            <div class="what">
              <h3>{names[language]}</h3>
              <p class="sub" lang={HTML_LANG[other]}>
                {names[other]}
              </p>
            </div>
            <p class="roles">
              {roles.map(role => (
                <span>
                  {role.name[language]}
                  {role.until !== null && (
                    <small>
                      {' '}
                      {HOME.until[language]} <span class="nowrap">{role.until}</span>
                    </small>
                  )}
                </span>
              ))}
            </p>
            <p class="do">
              <a class="button button-small" href={system.origin}>
                <Icon name="enter" />
                {HOME.enter[language]}
                <span class="unseen">
                  {language === 'zh' ? '' : ' '}
                  {names[language]}
                </span>
              </a>
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/** Named, so that people know what there is, but no links: they lead nowhere for this person. */
function OtherSystems(props: { readonly page: PageContext; readonly start: StartPage }): JSX.Element | null {
  const { language } = props.page;
  const { others } = props.start;
  if (others.length === 0) return null;
  return (
    <section class="others" aria-labelledby="others">
      <h2 id="others">{HOME.otherSystems[language]}</h2>
      <p class="faint">{HOME.otherSystemsNote[language]}</p>
      <ul>
        {others.map(system => (
          <li>
            <Icon name="lock" />
            {language === 'zh' ? system.name : system.nameEn}
          </li>
        ))}
      </ul>
    </section>
  );
}
