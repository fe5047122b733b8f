import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { READER_CHECK } from '../texts/reader-check.ts';
import { StateTemplates } from './card-states.tsx';
import { Icon } from './icons.tsx';

/** The check that the person starts; the script fills the lines, the words are all here. */
export function ReaderCheck(props: { readonly page: PageContext }): JSX.Element {
  const { page } = props;
  const { language } = page;
  return (
    <section id="check" aria-labelledby="check-title" data-component={page.settings.componentOrigin}>
      <h2 id="check-title">{READER_CHECK.heading[language]}</h2>
      <noscript>
        <p class="notice notice-stop">
          <Icon name="stop" />
          <span>{READER_CHECK.needScript[language]}</span>
        </p>
      </noscript>
      <p class="do">
        <button class="button button-main" type="button" id="check-start" disabled>
          <Icon name="reader" />
          {READER_CHECK.start[language]}
        </button>
      </p>
      <p role="status" id="check-status" class="soft">
        {READER_CHECK.idle[language]}
      </p>
      <dl class="facts" id="check-result" hidden>
        <dt>{READER_CHECK.component[language]}</dt>
        <dd>
          <span data-version="current">
            <CheckMark icon="ok" tone="ok" text={READER_CHECK.componentFound[language]} />
          </span>
          <span data-version="outdated" hidden>
            <CheckMark icon="warn" tone="wait" text={READER_CHECK.componentOutdated[language]} />
          </span>
          <small class="soft" data-version-number hidden>
            {' '}
            {READER_CHECK.version[language]} <span />
          </small>
        </dd>
      </dl>
      <div id="state" tabIndex={-1} />
      <p class="faint">
        {READER_CHECK.address[language]} <span class="code">{page.settings.componentOrigin}</span>
      </p>
      <template data-text="running">{READER_CHECK.running[language]}</template>
      <template data-text="done">{READER_CHECK.done[language]}</template>
      <template data-text="failed">{READER_CHECK.failed[language]}</template>
      <template data-text="reader">{READER_CHECK.reader[language]}</template>
      <template data-card="in">
        <CheckMark icon="ok" tone="ok" text={READER_CHECK.cardIn[language]} />
      </template>
      <template data-card="absent">
        <CheckMark icon="card" tone="wait" text={READER_CHECK.cardAbsent[language]} />
      </template>
      <template data-card="unknown">
        <CheckMark icon="warn" tone="stop" text={READER_CHECK.cardUnknown[language]} />
      </template>
      <StateTemplates page={page} />
    </section>
  );
}

function CheckMark(props: {
  readonly icon: 'ok' | 'card' | 'warn';
  readonly tone: 'ok' | 'wait' | 'stop';
  readonly text: string;
}): JSX.Element {
  return (
    <span class={`state state-plain state-${props.tone}`}>
      <Icon name={props.icon} />
      {props.text}
    </span>
  );
}
