import type { JSX } from 'preact';
import type { Organisation } from '../../accounts/organisation.ts';
import type { Difference } from '../../accounts/personnel.ts';
import type { Settlement } from '../../flows/operations/settle-difference.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { DIFFERENCE_WORDS, DIFFERING_FIELDS, OPERATIONS, PERSONNEL } from '../texts/operations.ts';
import { ConfirmPanel } from './action-form.tsx';
import type { Column } from './data-table.tsx';
import { TextArea } from './form-field.tsx';
import { StateChip } from './state-chip.tsx';

export interface PersonnelRetry {
  /** The panel that comes back open: `import`, `note`, or `reason-` with the account's id. */
  readonly open: string;
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}

interface DifferencesProps {
  readonly desk: DeskContext;
  readonly organisation: Organisation | undefined;
  /** What the visitor may do about whom, by account id. */
  readonly may: { readonly settle: ReadonlyMap<string, Settlement> };
  readonly retry?: PersonnelRetry;
}

/** The columns of what differs between accounts and personnel data, each with what may be done about it. */
export function differenceColumns(props: DifferencesProps): Column<Difference>[] {
  const { page } = props.desk;
  const { language } = page;
  return [
    {
      head: OPERATIONS.account[language],
      isShort: true,
      cell: ({ account }) => (
        <>
          <a href={`/accounts/${account.id}`}>{account.loginName}</a>
          <span class="sub">{account.name}</span>
        </>
      ),
    },
    {
      head: PERSONNEL.kind[language],
      isShort: true,
      cell: ({ kind }) => <StateChip page={page} {...DIFFERENCE_WORDS[kind]} isPlain />,
    },
    {
      head: OPERATIONS.details[language],
      cell: ({ record, details }) => (
        <>
          {details.map(each => (
            <span class="line">
              {DIFFERING_FIELDS[each.field]?.[language] ?? each.field}: {each.account || '–'} → {each.record || '–'}
            </span>
          ))}
          {record !== null && (
            <span class="sub">
              {PERSONNEL.employee[language]} {record.employeeNumber}
              {record.effectiveDay !== null && `・${record.effectiveDay}`}
            </span>
          )}
        </>
      ),
    },
    { head: OPERATIONS.action[language], cell: difference => <SettlePanel {...props} difference={difference} /> },
  ];
}

const SETTLEMENT_WORDS = {
  remove: { title: PERSONNEL.remove, about: PERSONNEL.removeAbout, warning: PERSONNEL.removeWarning },
  'end-rights': { title: PERSONNEL.endRights, about: PERSONNEL.endRightsAbout },
  suspend: { title: PERSONNEL.suspend, about: PERSONNEL.suspendAbout },
} as const satisfies Record<Settlement, { title: Bilingual; about: Bilingual; warning?: Bilingual }>;

function SettlePanel(props: DifferencesProps & { readonly difference: Difference }): JSX.Element | null {
  const { desk, organisation, may, retry, difference } = props;
  const { kind, account } = difference;
  const settlement = may.settle.get(account.id);
  if (settlement === undefined || kind === 'stale') return null;
  const words = {
    ...SETTLEMENT_WORDS[settlement],
    ...(settlement === 'suspend' && kind === 'left' ? { about: PERSONNEL.suspendLeaverAbout } : {}),
  };
  const field = `reason-${account.id}`;
  const isOpen = retry?.open === field;
  return (
    <ConfirmPanel
      page={desk.page}
      {...words}
      button={words.title}
      icon="off"
      action="/personnel/settle"
      formToken={desk.formToken}
      isOpen={isOpen}
    >
      <input type="hidden" name="organisation" value={organisation?.code ?? ''} />
      <input type="hidden" name="account" value={account.id} />
      <input type="hidden" name="settlement" value={settlement} />
      <TextArea
        page={desk.page}
        name={field}
        submitAs="reason"
        label={OPERATIONS.reason}
        value={isOpen ? (retry.typed['reason'] ?? '') : ''}
        errors={isOpen ? retry.errors : []}
        isRequired
      />
    </ConfirmPanel>
  );
}
