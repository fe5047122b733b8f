import type { JSX } from 'preact';
import { listHref, type ListQuery } from '../list-address.ts';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { PARTS } from '../texts/parts.ts';
import { Icon } from './icons.tsx';

/** One filter as chips over a list that has no search field. */
export function StateFilter(props: {
  readonly page: PageContext;
  readonly path: string;
  readonly query: ListQuery;
  readonly name: string;
  readonly label: Bilingual;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}): JSX.Element {
  const { page, path, query, name, label, options } = props;
  const { language } = page;
  return (
    <dl class="filters">
      <dt>{label[language]}</dt>
      <dd>
        {[{ value: '', label: PARTS.all[language] }, ...options].map(option => {
          const isCurrent = (query[name] ?? '') === option.value;
          return (
            <a
              class="chip"
              href={listHref(path, query, { [name]: option.value })}
              aria-current={isCurrent ? 'true' : undefined}
            >
              {isCurrent && <Icon name="ok" />}
              {option.label}
            </a>
          );
        })}
      </dd>
    </dl>
  );
}
