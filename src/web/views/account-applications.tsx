import type { JSX } from 'preact';
import type { ActKind } from '../../applications/application.ts';
import { EVENT_CATALOGUE, type EventCode } from '../../audit/event.ts';
import type { AccountFile } from '../account-file.ts';
import type { DeskContext } from '../desk-context.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { DataTable } from './data-table.tsx';
import { Instant } from './home-facts.tsx';

const EVENT_OF_ACT = {
  draft: 'application.drafted',
  submit: 'application.submitted',
  approve: 'application.approved',
  return: 'application.returned',
  refuse: 'application.refused',
  withdraw: 'application.withdrawn',
  'record-letter': 'application.letter-recorded',
  execute: 'application.executed',
  archive: 'application.archived',
} as const satisfies Record<ActKind, EventCode>;

/** Who applied, approved and executed what about this account, and when (D1-093). */
export function AccountApplications(props: { readonly desk: DeskContext; readonly file: AccountFile }): JSX.Element {
  const { page } = props.desk;
  const { language } = page;
  return (
    <section aria-labelledby="applications">
      <h2 id="applications">{ACCOUNTS.applications[language]}</h2>
      <DataTable
        page={page}
        name={ACCOUNTS.applications[language]}
        rows={props.file.applications}
        whenEmpty={ACCOUNTS.noApplications[language]}
        columns={[
          {
            head: ACCOUNTS.applicationNumber[language],
            isShort: true,
            cell: ({ application }) => <a href={`/applications/${application.number}`}>{application.number}</a>,
          },
          {
            head: ACCOUNTS.acts[language],
            cell: ({ acts }) =>
              acts.map(act => (
                <span class="line">
                  {EVENT_CATALOGUE[EVENT_OF_ACT[act.kind]][language]}・{act.actor.name}・<Instant at={act.at} />
                </span>
              )),
          },
        ]}
      />
    </section>
  );
}
