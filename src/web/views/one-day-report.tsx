import type { OneDayUse } from '../../flows/credentials/report-one-day-passwords.ts';
import type { DeskContext } from '../desk-context.ts';
import { ONE_DAY_REPORT } from '../texts/credentials.ts';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { Twin, renderDocument } from './document.tsx';
import { TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

/** Who used one-day passwords, when and how often; the often are marked. */
export function renderOneDayReport(props: {
  readonly desk: DeskContext;
  readonly from: string;
  readonly to: string;
  readonly uses: readonly OneDayUse[];
}): string {
  const { desk, from, to, uses } = props;
  const { page } = desk;
  const { language } = page;
  const columns: Column<OneDayUse>[] = [
    {
      head: ONE_DAY_REPORT.account[language],
      cell: ({ account }) => (
        <>
          <a href={`/accounts/${account.id}`}>{account.name}</a>
          <span class="sub">{account.loginName}</span>
        </>
      ),
    },
    { head: ONE_DAY_REPORT.enabled[language], cell: ({ passwords }) => passwords.length, isNumber: true },
    { head: ONE_DAY_REPORT.used[language], cell: ({ usedDays }) => usedDays.length, isNumber: true },
    {
      head: ONE_DAY_REPORT.days[language],
      cell: ({ passwords }) =>
        passwords.map(({ id, day, applicationNumber, logins }) => (
          <span class="line" key={id}>
            {day} {applicationNumber} {(logins > 0 ? ONE_DAY_REPORT.wasUsed : ONE_DAY_REPORT.wasNotUsed)[language]}
          </span>
        )),
    },
    {
      head: ONE_DAY_REPORT.mark[language],
      cell: ({ isFlagged }) =>
        isFlagged ? <StateChip page={page} tone="stop" text={ONE_DAY_REPORT.often} isPlain /> : null,
    },
  ];
  return renderDocument(
    <Desk desk={desk} title={ONE_DAY_REPORT.title[language]}>
      <header class="page-head">
        <div>
          <h1>{ONE_DAY_REPORT.title[language]}</h1>
          <Twin page={page} text={ONE_DAY_REPORT.title} />
          <p>{ONE_DAY_REPORT.lead[language]}</p>
        </div>
      </header>
      <form class="search" method="get" role="search" aria-label={ONE_DAY_REPORT.period[language]}>
        <TextField page={page} name="from" label={ONE_DAY_REPORT.from} value={from} />
        <TextField page={page} name="to" label={ONE_DAY_REPORT.to} value={to} />
        <button class="button" type="submit">
          <Icon name="search" />
          {ONE_DAY_REPORT.show[language]}
        </button>
      </form>
      <DataTable
        page={page}
        name={ONE_DAY_REPORT.title[language]}
        columns={columns}
        rows={uses}
        whenEmpty={ONE_DAY_REPORT.none[language]}
      />
    </Desk>,
  );
}
