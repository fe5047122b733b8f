import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { CARD_LINES, FAMILY_NAMES, READER_CHOICE } from '../texts/readers.ts';
import { Icon } from './icons.tsx';

/** The quiet way to another reader, in every card dialogue; worked by `islands/reader-choice.js`. */
export function ReaderChoice(props: { readonly page: PageContext }): JSX.Element {
  const { language } = props.page;
  return (
    <div class="reader-choice" id="reader-choice">
      <p id="chosen-reader" class="soft" hidden>
        {READER_CHOICE.chosen[language]} <b />
      </p>
      {/* Enabled by the script. */}
      <button class="button-link" type="button" id="choose-reader" disabled>
        {READER_CHOICE.open[language]}
      </button>
      <fieldset id="reader-options" class="field" hidden>
        <legend class="field-label">{READER_CHOICE.legend[language]}</legend>
        <span class="hint">{READER_CHOICE.hint[language]}</span>
        <label class="choice" for="reader-automatic">
          <input type="radio" name="reader" id="reader-automatic" />
          <span>
            <b>{READER_CHOICE.automatic[language]}</b>
            {READER_CHOICE.automaticAbout[language]}
          </span>
        </label>
        <div id="reader-list" />
      </fieldset>
      <template data-text="reader-option">
        <label class="choice" for="reader-option">
          <input type="radio" name="reader" id="reader-option" />
          <span>
            <b />
            <span data-line class="card-line" />
          </span>
        </label>
      </template>
      <CardLineTemplates page={props.page} />
    </div>
  );
}

const KINDS = [
  ['absent', 'card', 'wait'],
  ['unknown', 'warn', 'wait'],
  ['no-sign', 'warn', 'wait'],
  ['other-family', 'card', 'wait'],
  ['not-yet-valid', 'wait', 'wait'],
  ['expired', 'stop', 'stop'],
  ['citizen', 'ok', 'ok'],
] as const;

/** One line on what is in a reader, for each kind of `islands/card-line.ts`; the script fills in name and dates. */
export function CardLineTemplates(props: { readonly page: PageContext }): JSX.Element {
  const { language } = props.page;
  return (
    <>
      {KINDS.map(([kind, icon, tone]) => (
        <template data-card={kind}>
          <span class={`state state-plain state-${tone}`}>
            <Icon name={icon} />
            {CARD_LINES[kind][language]}
          </span>{' '}
          {kind === 'other-family' &&
            Object.entries(FAMILY_NAMES).map(([family, name]) => (
              <span data-family={family} hidden>
                {name[language]}
              </span>
            ))}{' '}
          {/* Holders see their own name, masked; it is left out of what is copied for the help desk. */}
          <span data-personal class="nowrap" />{' '}
          {(kind === 'citizen' || kind === 'expired') && (
            <span class="nowrap">
              {CARD_LINES.until[language]} <span data-until />
            </span>
          )}
          {kind === 'not-yet-valid' && (
            <span class="nowrap">
              {CARD_LINES.from[language]} <span data-from />
            </span>
          )}
        </template>
      ))}
    </>
  );
}
