import type { JSX } from 'preact';
import type { DeskContext } from '../desk-context.ts';
import type { ListQuery } from '../list-address.ts';
import { OPERATIONS } from '../texts/operations.ts';
import { ActionForm } from './action-form.tsx';
import { Icon } from './icons.tsx';

/** Takes out what the page shows, as CSV or ODS; a session that may not decide has no such buttons. */
export function ExportForm(props: {
  readonly desk: DeskContext;
  readonly action: string;
  readonly query: ListQuery;
}): JSX.Element | null {
  const { desk, action, query } = props;
  const { language } = desk.page;
  if (!desk.mayDecide) return null;
  return (
    <ActionForm action={action} formToken={desk.formToken} class="export">
      {Object.entries(query).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <p class="soft">{OPERATIONS.exportAbout[language]}</p>
      <p class="buttons">
        {(['csv', 'ods'] as const).map(format => (
          <button class="button button-small" type="submit" name="format" value={format}>
            <Icon name="down" />
            {OPERATIONS.exportTitle[language]} {format.toUpperCase()}
          </button>
        ))}
      </p>
    </ActionForm>
  );
}
