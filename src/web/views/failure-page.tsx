import type { JSX } from 'preact';
import { formatTaipeiTime, toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { PageContext } from '../page-context.ts';
import { FAILURE } from '../texts/frame.ts';
import type { Story } from '../texts/story.ts';
import type { TypedFields } from '../typed-fields.ts';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { Icon } from './icons.tsx';
import { Steps } from './story-parts.tsx';

/** What of a failure is shown beside its story, for the help desk. */
export interface FailureFacts {
  readonly code: string | null;
  /** Request id under which the records have it; null when the failure never reached the server. */
  readonly reference: string | null;
  readonly at: Date;
}

interface FailurePageProps {
  readonly page: PageContext;
  readonly story: Story;
  readonly facts: FailureFacts;
  /** Back to the login page of the trip that failed; absent where going back is no help. */
  readonly loginHref?: string;
  /** What was sent and not taken. */
  readonly typed?: TypedFields;
}

/** A whole page for one failure: what happened, what to do, what to tell the help desk. */
export function renderFailurePage(props: FailurePageProps): string {
  return renderDocument(<FailurePage {...props} />);
}

function FailurePage(props: FailurePageProps): JSX.Element {
  const { page, story, facts, loginHref } = props;
  const { language } = page;
  // Elsewhere than at the portal no script of ours may run, nor does it keep anything there.
  const isLive = loginHref !== undefined && page.here !== null;
  return (
    <Door page={page} title={story.title[language]} scripts={isLive ? ['islands/failure.js'] : []}>
      <div class="entry">
        <section class={`failure failure-${story.tone}`} aria-labelledby="what">
          <header class="failure-head">
            <Icon name={story.icon} />
            <div>
              <h1 id="what">{story.title[language]}</h1>
              <Twin page={page} text={story.title} />
              <p class="lead">{story.lead[language]}</p>
              {isLive && <HiddenFacts page={page} />}
            </div>
          </header>
          <Typed page={page} fields={props.typed ?? []} />
          <Steps page={page} story={story} {...(loginHref === undefined ? {} : { loginHref })} />
        </section>
        <aside class="aside" aria-labelledby="tell">
          <h2 id="tell">{FAILURE.whatToTell[language]}</h2>
          <dl class="fine">
            {facts.code !== null && (
              <div>
                <dt>{FAILURE.code[language]}</dt>
                <dd class="code">{facts.code}</dd>
              </div>
            )}
            {facts.reference !== null && (
              <div>
                <dt>{FAILURE.reference[language]}</dt>
                <dd class="code" id="reference">
                  {facts.reference}
                </dd>
              </div>
            )}
            <div>
              <dt>{FAILURE.shownAt[language]}</dt>
              <dd>
                <time dateTime={toTaipeiIso(facts.at)}>{formatTaipeiTime(facts.at)}</time>
              </dd>
            </div>
          </dl>
          {loginHref !== undefined && (
            <p>
              <a href={loginHref}>{FAILURE.backToLogin[language]}</a>
            </p>
          )}
        </aside>
      </div>
    </Door>
  );
}

/** Nothing that was typed is lost silently: it is shown to be copied. */
function Typed(props: { readonly page: PageContext; readonly fields: TypedFields }): JSX.Element | null {
  const { language } = props.page;
  if (props.fields.length === 0) return null;
  return (
    <section class="typed" aria-labelledby="typed">
      <h2 id="typed">{FAILURE.typed[language]}</h2>
      <p>{FAILURE.typedAbout[language]}</p>
      <dl class="facts">
        {props.fields.map(({ name, value }) => (
          <>
            <dt class="code break">{name}</dt>
            <dd class="typed-value">{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

/**
 * Instants that only the person's own browser knows (it kept them from the refusal); the script shows the one it has.
 * They are not taken from the address, where anybody could write them.
 */
function HiddenFacts(props: { readonly page: PageContext }): JSX.Element {
  const { language } = props.page;
  const facts = [
    ['notAfter', FAILURE.validUntil],
    ['notBefore', FAILURE.validFrom],
    ['revokedAt', FAILURE.revokedAt],
  ] as const;
  return (
    <>
      {facts.map(([name, label]) => (
        <p data-fact={name} hidden>
          {label[language]} <time />
        </p>
      ))}
    </>
  );
}
