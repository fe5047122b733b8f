import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { PARTS } from '../texts/parts.ts';

/** Where the page hangs: its parents as links, then itself. */
export function Breadcrumb(props: {
  readonly page: PageContext;
  readonly parents: readonly { readonly href: string; readonly label: string }[];
  readonly here: string;
}): JSX.Element {
  return (
    <nav class="crumbs" aria-label={PARTS.whereAmI[props.page.language]}>
      <ol>
        {props.parents.map(parent => (
          <li>
            <a href={parent.href}>{parent.label}</a>
          </li>
        ))}
        <li aria-current="page">{props.here}</li>
      </ol>
    </nav>
  );
}
