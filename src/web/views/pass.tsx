import type { ComponentChildren, JSX } from 'preact';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { HTML_LANG, otherLanguage, type Bilingual } from '../texts/bilingual.ts';
import { Door } from './door.tsx';
import { ErrorSummary } from './error-summary.tsx';

/** A page before login with one card in the middle: a head that says what it is for, and what to do. */
export function Pass(props: {
  readonly page: PageContext;
  readonly title: Bilingual;
  readonly lead: Bilingual;
  readonly errors?: readonly FieldError[];
  readonly scripts?: readonly string[];
  /** Above the title: whose account it is. */
  readonly over?: string;
  /** Between head and body. */
  readonly progress?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { page, title } = props;
  const { language } = page;
  const other = otherLanguage(language);
  return (
    <Door page={page} title={title[language]} scripts={props.scripts ?? []}>
      <ErrorSummary page={page} errors={props.errors ?? []} />
      <div class="entry">
        <section class="pass" aria-labelledby="title">
          <header class="pass-head">
            <div>
              {props.over !== undefined && <p class="to">{props.over}</p>}
              <h1 id="title">{title[language]}</h1>
              <p class="en" lang={HTML_LANG[other]}>
                {title[other]}
              </p>
            </div>
          </header>
          {props.progress}
          <p class="pass-lead">{props.lead[language]}</p>
          {props.children}
        </section>
        {props.aside}
      </div>
    </Door>
  );
}
