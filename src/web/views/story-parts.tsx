import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { FAILURE, FRAME, askHelpDesk } from '../texts/frame.ts';
import type { LinkTarget, Step, Story } from '../texts/story.ts';
import { Icon } from './icons.tsx';

/** Where a step leads, and whether that is somebody else's site. */
function resolveLink(
  page: PageContext,
  to: LinkTarget,
): { readonly href: string; readonly external: boolean; readonly target?: '_blank' } {
  const base = page.portalHref.replace(/\/$/, '');
  const { citizenCertificate } = page.settings;
  switch (to) {
    case 'start':
      return { href: page.portalHref, external: false };
    case 'system':
      return { href: '/', external: false, target: '_blank' };
    case 'purpose':
      return { href: '/.gateway/purpose', external: false, target: '_blank' };
    case 'login':
      return { href: `${base}/login`, external: false };
    case 'activate':
      return { href: `${base}/activate`, external: false };
    case 'one-day-password':
      return { href: `${base}/login/one-day-password`, external: false };
    case 'rules':
      return { href: `${base}/rules/acknowledge`, external: false };
    case 'sessions':
      return { href: `${base}/sessions/register`, external: false };
    case 'help-first-use':
      return { href: `${base}/help/first-use`, external: false };
    case 'help-reader':
      return { href: `${base}/help/reader`, external: false };
    case 'help-locked':
      return { href: `${base}/help/locked`, external: false };
    case 'help-pin':
      return { href: `${base}/help/pin`, external: false };
    case 'help-readers':
      return { href: `${base}/help/readers`, external: false };
    case 'help-browser-certificate':
      return { href: `${base}/help/browser-certificate`, external: false };
    case 'moica':
      return { href: citizenCertificate.home, external: true };
    case 'moica-unblock':
      return { href: citizenCertificate.unblock, external: true };
    case 'component-trust':
      // The script adds which site asks.
      return { href: `${page.settings.component.origin}/addDomain`, external: true };
    case 'component-download':
      return { href: citizenCertificate.componentDownload, external: true };
  }
}

/** The link of a step; `loginHref` keeps the trip that a failed login was part of. */
export function StepLink(props: {
  readonly page: PageContext;
  readonly link: NonNullable<Step['link']>;
  readonly class?: string;
  readonly loginHref?: string;
}): JSX.Element {
  const { page, link } = props;
  const resolved = resolveLink(page, link.to);
  const href = link.to === 'login' ? (props.loginHref ?? resolved.href) : resolved.href;
  return (
    <a class={props.class} href={href} target={resolved.target} rel={resolved.external ? 'noreferrer' : undefined}>
      {link.label[page.language]}
      {resolved.external && (
        <>
          <Icon name="external" />
          <span class="unseen">{FRAME.newWindow[page.language]}</span>
        </>
      )}
    </a>
  );
}

/** Numbered next steps, the help desk last; the first step that leads somewhere has the filled button. */
export function Steps(props: {
  readonly page: PageContext;
  readonly story: Story;
  readonly loginHref?: string;
}): JSX.Element {
  const { page, story } = props;
  const { language, settings } = page;
  const main = story.steps.find(step => step.link !== undefined);
  const passOn = props.loginHref === undefined ? {} : { loginHref: props.loginHref };
  return (
    <ol class="steps">
      {story.steps.map(step => (
        <li>
          <div>
            <h2>{step.title[language]}</h2>
            <p>{step.text[language]}</p>
            {step.link && (
              <p class="do">
                <StepLink
                  page={page}
                  link={step.link}
                  class={step === main ? 'button button-main' : 'button'}
                  {...passOn}
                />
              </p>
            )}
          </div>
        </li>
      ))}
      <li>
        <div>
          <h2>{FAILURE.stillStuck[language]}</h2>
          <p>{askHelpDesk(settings.helpDesk.phone, settings.helpDesk.hours)[language]}</p>
        </div>
      </li>
    </ol>
  );
}
