import type { ComponentChildren, JSX } from 'preact';
import { listHref, type ListQuery } from '../list-address.ts';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { PARTS } from '../texts/parts.ts';
import { Icon } from './icons.tsx';

/** A filter with few values, all of them shown. */
export interface ChipFilter {
  readonly name: string;
  readonly label: Bilingual;
  /** What is shown without it; "all" unless told. */
  readonly without?: Bilingual;
  readonly options: readonly { readonly value: string; readonly label: string; readonly count?: number }[];
}

/** A filter that stands in the address, in words, to be taken away. */
export interface AppliedFilter {
  readonly name: string;
  readonly text: string;
}

/** Fields (a GET form) and chips (links) over a list; what is applied can be taken away one by one. */
export function FilterBar(props: {
  readonly page: PageContext;
  readonly path: string;
  readonly query: ListQuery;
  readonly label: Bilingual;
  /** The form's fields; the chips' filters travel along as hidden ones. */
  readonly children: ComponentChildren;
  readonly applied: readonly AppliedFilter[];
  readonly chips: readonly ChipFilter[];
}): JSX.Element {
  const { page, path, query } = props;
  const { language } = page;
  return (
    <>
      <form class="search" action={path} method="get" role="search" aria-label={props.label[language]}>
        {props.chips.map(({ name }) => {
          const value = query[name] ?? '';
          return value === '' ? null : <input type="hidden" name={name} value={value} />;
        })}
        {props.children}
        <button class="button" type="submit">
          <Icon name="search" />
          {PARTS.search[language]}
        </button>
      </form>
      <dl class="filters">
        {props.applied.length > 0 && (
          <>
            <dt>{PARTS.applied[language]}</dt>
            <dd>
              {props.applied.map(filter => (
                <a class="chip" href={listHref(path, query, { [filter.name]: '' })}>
                  {filter.text}
                  <span class="unseen">{PARTS.remove[language]}</span>
                  <Icon name="close" />
                </a>
              ))}
              <a class="chip-bare" href={path}>
                {PARTS.clearAll[language]}
              </a>
            </dd>
          </>
        )}
        {props.chips.map(chip => (
          <>
            <dt>{chip.label[language]}</dt>
            <dd>
              {withAll(chip, (chip.without ?? PARTS.all)[language]).map(option => {
                const isCurrent = (query[chip.name] ?? '') === option.value;
                return (
                  <a
                    class="chip"
                    href={listHref(path, query, { [chip.name]: option.value })}
                    aria-current={isCurrent ? 'true' : undefined}
                  >
                    {isCurrent && <Icon name="ok" />}
                    {option.label}
                    {option.count !== undefined && <i> {option.count}</i>}
                  </a>
                );
              })}
            </dd>
          </>
        ))}
      </dl>
    </>
  );
}

function withAll({ options }: ChipFilter, all: string): ChipFilter['options'] {
  return [{ value: '', label: all }, ...options];
}
