import type { JSX } from 'preact';
import { listHref, type ListQuery } from '../list-address.ts';
import type { PageContext } from '../page-context.ts';
import { PARTS, extentOf, rangeOf } from '../texts/parts.ts';

/** Where in a long list one is; `page` in the address, from 1. */
export function Pager(props: {
  readonly page: PageContext;
  readonly path: string;
  readonly query: ListQuery;
  /** From 1. */
  readonly number: number;
  readonly size: number;
  readonly total: number;
}): JSX.Element | null {
  const { page, path, query, number, size, total } = props;
  const { language } = page;
  if (total === 0) return null;
  const pages = Math.ceil(total / size);
  if (number > pages) {
    return (
      <div class="list-foot">
        <p class="soft">{extentOf(total, pages)[language]}</p>
        <nav class="pager" aria-label={PARTS.pages[language]}>
          <a href={listHref(path, query, { page: pages === 1 ? '' : String(pages) })}>{PARTS.lastPage[language]}</a>
        </nav>
      </div>
    );
  }
  const last = Math.min(number * size, total);
  return (
    <div class="list-foot">
      <p class="soft">{rangeOf((number - 1) * size + 1, last, total)[language]}</p>
      <nav class="pager" aria-label={PARTS.pages[language]}>
        {number > 1 && <a href={listHref(path, query, { page: String(number - 1) })}>{PARTS.previous[language]}</a>}
        {last < total && <a href={listHref(path, query, { page: String(number + 1) })}>{PARTS.following[language]}</a>}
      </nav>
    </div>
  );
}
