import type { JSX } from 'preact';
import { formatTaipeiTime, toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { BusinessSystem, SystemPage } from '../../flows/ports.ts';
import type { PageContext } from '../page-context.ts';
import { FAILURE } from '../texts/frame.ts';
import { SYSTEM, storyOfSystemPage, type ToldPage } from '../texts/system-pages.ts';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { Icon } from './icons.tsx';
import { PurposePage } from './purpose-page.tsx';
import { Steps } from './story-parts.tsx';

interface SystemPageProps {
  readonly page: PageContext;
  readonly content: SystemPage;
  readonly system: BusinessSystem;
  readonly requestId: string;
  readonly at: Date;
}

/** A page of the gateway on a business system's host: names the system, and leads back to the portal. */
export function renderSystemPage(props: SystemPageProps): string {
  const { page, content, system } = props;
  if (content.kind === 'ask-logout') return renderDocument(<AskLogout {...props} />);
  if (content.kind === 'purpose') {
    return renderDocument(<PurposePage page={page} content={content} system={system} />);
  }
  return renderDocument(<Told {...props} content={content} />);
}

function Told(props: SystemPageProps & { readonly content: ToldPage }): JSX.Element {
  const { page, system, content } = props;
  const { language } = page;
  const story = storyOfSystemPage(content);
  const name = language === 'zh' ? system.name : system.nameEn;
  return (
    <Door page={page} title={`${story.title[language]}${language === 'zh' ? '｜' : ' | '}${name}`}>
      <div class="entry">
        <section class={`failure failure-${story.tone}`} aria-labelledby="what">
          <header class="failure-head">
            <Icon name={story.icon} />
            <div>
              <p class="to">{name}</p>
              <h1 id="what">{story.title[language]}</h1>
              <Twin page={page} text={story.title} />
              <p class="lead">{story.lead[language]}</p>
            </div>
          </header>
          <Steps page={page} story={story} />
        </section>
        <aside class="aside" aria-labelledby="tell">
          <h2 id="tell">{FAILURE.whatToTell[language]}</h2>
          <dl class="fine">
            <div>
              <dt>{FAILURE.code[language]}</dt>
              <dd class="code">{codeOf(content)}</dd>
            </div>
            <div>
              <dt>{FAILURE.reference[language]}</dt>
              <dd class="code">{props.requestId}</dd>
            </div>
            <div>
              <dt>{FAILURE.shownAt[language]}</dt>
              <dd>
                <time dateTime={toTaipeiIso(props.at)}>{formatTaipeiTime(props.at)}</time>
              </dd>
            </div>
          </dl>
          <p>
            <a href={page.portalHref}>{SYSTEM.toPortal[language]}</a>
          </p>
        </aside>
      </div>
    </Door>
  );
}

/** The most particular name that the page has for what happened. */
function codeOf(content: ToldPage): string {
  switch (content.kind) {
    case 'denied':
      return content.reason;
    case 'entry-failed':
      return content.code;
    case 'upstream-failed':
      return `${content.kind}-${content.status}`;
    case 'session-over':
      return content.endedBecause === null ? content.kind : `${content.kind} / ${content.endedBecause}`;
    case 'content-too-large':
    case 'foreign-origin':
    case 'unavailable':
    case 'not-found':
      return content.kind;
  }
}

function AskLogout(props: SystemPageProps): JSX.Element {
  const { page, system } = props;
  const { language } = page;
  return (
    <Door page={page} title={SYSTEM.askTitle[language]}>
      <section class="failure failure-off" aria-labelledby="ask">
        <header class="failure-head">
          <Icon name="exit" />
          <div>
            <p class="to">{language === 'zh' ? system.name : system.nameEn}</p>
            <h1 id="ask">{SYSTEM.askTitle[language]}</h1>
            <Twin page={page} text={SYSTEM.askTitle} />
            <p class="lead">{SYSTEM.ask[language]}</p>
            <form class="answers" method="post" action="/.gateway/logout">
              <button class="button button-main" type="submit">
                <Icon name="exit" />
                {SYSTEM.confirm[language]}
              </button>
              <a class="button" href="/">
                {SYSTEM.stay[language]}
              </a>
            </form>
          </div>
        </header>
      </section>
    </Door>
  );
}
