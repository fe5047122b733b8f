import type { JSX } from 'preact';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { PARTS } from '../texts/parts.ts';
import { Icon } from './icons.tsx';

/** The first thing in `main` of a form that comes back: what is wrong, each line a link to its field. */
export function ErrorSummary(props: {
  readonly page: PageContext;
  readonly errors: readonly FieldError[];
}): JSX.Element | null {
  const { language } = props.page;
  if (props.errors.length === 0) return null;
  return (
    <div class="errors" role="alert" tabIndex={-1} autoFocus aria-labelledby="errors-title">
      <Icon name="warn" />
      <div>
        <h2 id="errors-title">{PARTS.notSent[language]}</h2>
        <ul>
          {props.errors.map(error => (
            <li>
              <a href={`#${error.field}`}>{error.text[language]}</a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
