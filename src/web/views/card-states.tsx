import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { Language } from '../texts/bilingual.ts';
import { LOGIN, PIN_IN_DOUBT, READER_LINES, TRIES_LEFT, type ReaderLine } from '../texts/login.ts';
import { CARD_FAMILIES } from '../texts/readers.ts';
import { COMPONENT_STATE_STORIES } from '../texts/stories/stories.ts';
import { CHECK_THIS_COMPUTER, type Story } from '../texts/story.ts';
import { Icon } from './icons.tsx';
import { StepLink } from './story-parts.tsx';

/** What the line says until the person acts; the page does not call the component by itself. */
export const COMPONENT_WAITING = READER_LINES.ready;

export function ReaderLineContent(props: { readonly line: ReaderLine; readonly language: Language }): JSX.Element {
  const { line, language } = props;
  return (
    <>
      <Icon name={line.icon} />
      <span>
        <b>{line.word[language]}</b> {line.sentence[language]}
      </span>
    </>
  );
}

/**
 * Everything the login script may have to say, ready to be shown: texts stay in the catalogue and the script makes no
 * markup. `data-line` are wordings of the reader line, `data-state` compact failures of the component.
 */
export function LoginTemplates(props: {
  readonly page: PageContext;
  readonly lines?: Readonly<Record<keyof typeof READER_LINES, ReaderLine>>;
}): JSX.Element {
  const { page, lines = READER_LINES } = props;
  return (
    <>
      {Object.entries(lines).map(([name, line]) => (
        <template data-line={name} data-tone={line.tone}>
          <ReaderLineContent line={line} language={page.language} />
        </template>
      ))}
      <StateTemplates page={page} />
    </>
  );
}

/** The compact failures of the component, one template each; on the page of the check without the step that leads there. */
export function StateTemplates(props: { readonly page: PageContext; readonly isCheck?: boolean }): JSX.Element {
  return (
    <>
      {Object.entries(COMPONENT_STATE_STORIES).map(([code, story]) => (
        <template data-state={code}>
          <CompactStory page={props.page} code={code} story={props.isCheck === true ? withoutCheck(story) : story} />
        </template>
      ))}
    </>
  );
}

function withoutCheck(story: Story): Story {
  const [first, ...others] = story.steps;
  return { ...story, steps: [first, ...others.filter(step => step !== CHECK_THIS_COMPUTER)] };
}

/** A failure in short: what happened, the next step, the code, in that order. */
function CompactStory(props: {
  readonly page: PageContext;
  readonly code: string;
  readonly story: Story;
}): JSX.Element {
  const { page, code, story } = props;
  const { language } = page;
  return (
    <article class={`mini ${story.tone}`} data-refused={code === 'component-error.version' ? '' : undefined}>
      <h2>
        <Icon name={story.icon} />
        {story.title[language]}
      </h2>
      {code === 'pin-wrong' && <TriesLeft language={language} />}
      {code === 'no-reader.chosen' && (
        <p>
          <b data-reader />
        </p>
      )}
      {code === 'wrong-card-family' && <Families language={language} />}
      <p>{story.lead[language]}</p>
      <p data-pin="in-doubt" hidden>
        <b>{PIN_IN_DOUBT[language]}</b>
      </p>
      <ul class="mini-steps">
        {story.steps.map(step => (
          <li>
            <b>{step.title[language]}</b>
            <span>{step.text[language]}</span>
            {step.link && step.link.to !== 'login' && <StepLink page={page} link={step.link} />}
          </li>
        ))}
      </ul>
      <p class="faint">
        {LOGIN.codeLabel[language]} <span class="code">{code.replace(/\..*/, '')}</span>
      </p>
    </article>
  );
}

/** Shown by the script when the card says how many tries are left. */
function TriesLeft(props: { readonly language: Language }): JSX.Element {
  return (
    <>
      {([2, 1] as const).map(left => (
        <p data-tries={left} hidden>
          <span class="tries">
            <svg viewBox="0 0 64 16" aria-hidden="true">
              <circle class="spent" cx="9" cy="8" r="6" />
              <circle class={left === 1 ? 'spent' : undefined} cx="32" cy="8" r="6" />
              <circle cx="55" cy="8" r="6" />
            </svg>
          </span>
          <b>{TRIES_LEFT[left][props.language]}</b>
        </p>
      ))}
    </>
  );
}

/** Shown by the script when the component says which other card it is. */
function Families(props: { readonly language: Language }): JSX.Element {
  return (
    <>
      {Object.entries(CARD_FAMILIES).map(([family, text]) => (
        <p data-family={family} hidden>
          <b>{text[props.language]}</b>
        </p>
      ))}
    </>
  );
}
