import type { ComponentChildren, JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { CHECK_STEPS, CHECK_VERDICTS, READER_CHECK } from '../texts/reader-check.ts';
import { COMPONENT_VERSION } from '../texts/readers.ts';
import { StateTemplates } from './card-states.tsx';
import { ComponentNotice, ComponentUpdate } from './component-notice.tsx';
import { Icon } from './icons.tsx';
import { CardLineTemplates } from './reader-choice.tsx';
import { StepLink } from './story-parts.tsx';

/** The check that the person starts; the script fills the steps, the words are all here. */
export function ReaderCheck(props: { readonly page: PageContext }): JSX.Element {
  const { page } = props;
  const { language } = page;
  return (
    <section id="check" aria-labelledby="check-title" data-component={page.settings.component.origin}>
      <h2 id="check-title">{READER_CHECK.heading[language]}</h2>
      <ComponentNotice page={page} />
      <noscript>
        <p class="notice notice-stop">
          <Icon name="stop" />
          <span>{READER_CHECK.needScript[language]}</span>
        </p>
      </noscript>
      <p class="do no-print">
        <button class="button button-main" type="button" id="check-start" disabled>
          <Icon name="reader" />
          {READER_CHECK.start[language]}
        </button>
      </p>
      <p role="status" id="check-status" class="soft">
        {READER_CHECK.idle[language]}
      </p>
      <ol class="checks" id="check-steps">
        <Step page={page} step="window" />
        <Step page={page} step="component" />
        <Step page={page} step="version">
          <p data-advice hidden>
            {COMPONENT_VERSION[page.settings.component.outdated][language]} <ComponentUpdate page={page} />
          </p>
        </Step>
        <Step page={page} step="readers">
          <ul id="check-readers" />
        </Step>
        <Step page={page} step="card" />
        <Step page={page} step="certificate">
          <p data-advice hidden>
            {READER_CHECK.choose[language]}{' '}
            <StepLink page={page} link={{ to: 'help-readers', label: READER_CHECK.chooseLink }} />
          </p>
        </Step>
      </ol>
      <Report page={page} />
      <p class="faint">
        {READER_CHECK.address[language]} <span class="code">{page.settings.component.origin}</span>
      </p>
      <Templates page={page} />
    </section>
  );
}

/** One step: what is looked at, how it came out, and below what to do where it failed. */
function Step(props: {
  readonly page: PageContext;
  readonly step: keyof typeof CHECK_STEPS;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { page, step } = props;
  return (
    <li data-step={step}>
      <div class="check-head">
        <b data-label>{CHECK_STEPS[step][page.language]}</b>
        {step === 'version' && <span data-version-number class="soft" />}
        <span data-verdict>
          <Verdict page={page} verdict="pending" />
        </span>
      </div>
      {props.children}
      <div data-failure tabIndex={-1} />
    </li>
  );
}

/** The result as text, once there is one. */
function Report(props: { readonly page: PageContext }): JSX.Element {
  const { language } = props.page;
  return (
    <div id="check-report" class="check-report" hidden>
      <h3>{READER_CHECK.reportHeading[language]}</h3>
      <p>{READER_CHECK.reportLead[language]}</p>
      <label class="unseen" for="check-summary">
        {READER_CHECK.summary[language]}
      </label>
      <textarea class="input code" id="check-summary" readOnly rows={8} />
      <p class="do no-print">
        <button class="button" type="button" id="check-copy">
          <Icon name="document" />
          {READER_CHECK.copy[language]}
        </button>
        <button class="button button-quiet" type="button" id="check-print">
          <Icon name="print" />
          {READER_CHECK.print[language]}
        </button>
        <span role="status" id="check-copied" />
      </p>
    </div>
  );
}

const LOOKS = {
  pending: { icon: 'next', tone: 'off' },
  ok: { icon: 'ok', tone: 'ok' },
  warn: { icon: 'warn', tone: 'wait' },
  fail: { icon: 'stop', tone: 'stop' },
  other: { icon: 'ok', tone: 'ok' },
  unknown: { icon: 'info', tone: 'off' },
  skipped: { icon: 'off', tone: 'off' },
} as const;
const VERDICTS = ['ok', 'warn', 'fail', 'other', 'unknown', 'skipped'] as const;

function Verdict(props: { readonly page: PageContext; readonly verdict: keyof typeof LOOKS }): JSX.Element {
  const { icon, tone } = LOOKS[props.verdict];
  return (
    <span class={`state state-plain state-${tone}`}>
      <Icon name={icon} />
      {CHECK_VERDICTS[props.verdict][props.page.language]}
    </span>
  );
}

function Templates(props: { readonly page: PageContext }): JSX.Element {
  const { page } = props;
  const { language } = page;
  return (
    <>
      <template data-text="running">{READER_CHECK.running[language]}</template>
      <template data-text="done">{READER_CHECK.done[language]}</template>
      <template data-text="failed">{READER_CHECK.failed[language]}</template>
      <template data-text="copied">{READER_CHECK.copied[language]}</template>
      <template data-text="not-copied">{READER_CHECK.notCopied[language]}</template>
      {VERDICTS.map(verdict => (
        <template data-verdict={verdict}>
          <Verdict page={page} verdict={verdict} />
        </template>
      ))}
      <CardLineTemplates page={page} />
      <StateTemplates page={page} isCheck />
    </>
  );
}
