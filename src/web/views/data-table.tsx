import type { ComponentChildren, JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { PARTS } from '../texts/parts.ts';
import { Icon } from './icons.tsx';

/** One column; the first one of a table names its row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Keeps the cell on one line. */
  readonly isShort?: boolean;
  /** What can be done: the last column, in reach however far the others scroll away. */
  readonly isAct?: boolean;
  /** The address of the same list sorted by this column, and whether it is so now. */
  readonly sort?: { readonly href: string; readonly now: 'ascending' | 'descending' | null };
}

/** A list of records; scrolls sideways in its own box, which the keyboard reaches. */
export function DataTable<Row>(props: {
  readonly page: PageContext;
  /** Names the table; also the accessible name of its box. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly whenEmpty?: string;
}): JSX.Element {
  const { language } = props.page;
  if (props.rows.length === 0) return <p class="soft">{props.whenEmpty ?? PARTS.nothingFound[language]}</p>;
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={`${props.name}${PARTS.scrollable[language]}`}>
      <table class="data" aria-label={props.name}>
        <thead>
          <tr>
            {props.columns.map(column => (
              <th scope="col" class={classOf(column)} aria-sort={column.sort?.now ?? undefined}>
                <Head page={props.page} column={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(row => (
            <tr>
              {props.columns.map((column, index) =>
                index === 0 ? (
                  <th scope="row" class={classOf(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td class={classOf(column)}>{column.cell(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>(props: { readonly page: PageContext; readonly column: Column<Row> }): JSX.Element {
  const { head, sort } = props.column;
  if (sort === undefined) return <>{head}</>;
  return (
    <a class="sort" href={sort.href}>
      {head}
      {sort.now !== null && (
        <>
          <Icon name={sort.now === 'ascending' ? 'up' : 'chevron'} />
          <span class="unseen">{PARTS[sort.now][props.page.language]}</span>
        </>
      )}
    </a>
  );
}

function classOf<Row>(column: Column<Row>): string | undefined {
  if (column.isNumber === true) return 'num';
  if (column.isAct === true) return 'nowrap act';
  return column.isShort === true ? 'nowrap' : undefined;
}
