import type { JSX } from 'preact';
import type { Account } from '../../accounts/account.ts';
import type { Deputyship } from '../../accounts/deputyship.ts';
import type { TaipeiDay } from '../../calendar/taipei-day.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { DEPUTIES } from '../texts/deputies.ts';
import { ActionForm, ConfirmPanel } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { SelectField, TextArea, TextField } from './form-field.tsx';
import { Instant } from './home-facts.tsx';

interface DeputiesPageProps {
  readonly desk: DeskContext;
  readonly today: TaipeiDay;
  /** Heads whose deputies the visitor names. */
  readonly heads: readonly Account[];
  readonly deputyships: readonly Deputyship[];
  /** Names of heads and deputies, by account id. */
  readonly names: ReadonlyMap<string, string>;
  readonly retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** Deputies of the heads that the visitor answers for. */
export function renderDeputiesPage(props: DeputiesPageProps): string {
  return renderDocument(<DeputiesPage {...props} />);
}

function DeputiesPage(props: DeputiesPageProps): JSX.Element {
  const { desk, today, deputyships, heads } = props;
  const { page } = desk;
  const { language } = page;
  const isOver = ({ endedAt, validUntil }: Deputyship) => endedAt !== null || validUntil < today;
  return (
    <Desk desk={desk} title={DEPUTIES.title[language]} errors={props.retry?.errors ?? []}>
      <header class="page-head">
        <div>
          <h1>{DEPUTIES.title[language]}</h1>
          <p>{DEPUTIES.about[language]}</p>
        </div>
      </header>
      {heads.length === 0 && <p class="notice notice-wait">{DEPUTIES.noHeads[language]}</p>}
      {desk.mayDecide && heads.length > 0 && <NameDeputy {...props} />}
      <section aria-labelledby="now">
        <h2 id="now">{DEPUTIES.now[language]}</h2>
        <DataTable
          page={page}
          name={DEPUTIES.now[language]}
          columns={[...columnsOf(props), endColumn(desk)]}
          rows={deputyships.filter(each => !isOver(each))}
          whenEmpty={DEPUTIES.none[language]}
        />
      </section>
      <section aria-labelledby="past">
        <h2 id="past">{DEPUTIES.past[language]}</h2>
        <DataTable
          page={page}
          name={DEPUTIES.past[language]}
          columns={columnsOf(props)}
          rows={deputyships.filter(isOver)}
          whenEmpty={DEPUTIES.none[language]}
        />
      </section>
    </Desk>
  );
}

function columnsOf({ desk, names }: DeputiesPageProps): Column<Deputyship>[] {
  const { language } = desk.page;
  return [
    { head: DEPUTIES.principalId[language], isShort: true, cell: each => names.get(each.principalId) ?? '' },
    { head: DEPUTIES.deputy[language], isShort: true, cell: each => names.get(each.deputyId) ?? '' },
    {
      head: DEPUTIES.term[language],
      isShort: true,
      cell: each => (
        <>
          {each.validFrom} – {each.validUntil}
          {each.endedAt !== null && (
            <span class="sub">
              {DEPUTIES.past[language]} <Instant at={each.endedAt} />
            </span>
          )}
        </>
      ),
    },
    { head: DEPUTIES.reason[language], cell: each => each.reason },
  ];
}

function endColumn({ page, formToken, mayDecide }: DeskContext): Column<Deputyship> {
  return {
    head: DEPUTIES.end[page.language],
    cell: each =>
      mayDecide && (
        <ActionForm action={`/deputies/${each.id}/end`} formToken={formToken}>
          <input type="hidden" name="principalId" value={each.principalId} />
          <button class="button button-small" type="submit">
            {DEPUTIES.end[page.language]}
          </button>
        </ActionForm>
      ),
  };
}

function NameDeputy({ desk, heads, retry }: DeputiesPageProps): JSX.Element {
  const { page, formToken } = desk;
  const field = (name: string) => {
    return { page, name, value: retry?.typed[name] ?? '', errors: retry?.errors ?? [], isRequired: true };
  };
  const [only, ...others] = heads;
  return (
    <ConfirmPanel
      page={page}
      title={DEPUTIES.name}
      about={DEPUTIES.nameAbout}
      button={DEPUTIES.name}
      icon="user"
      action="/deputies"
      formToken={formToken}
      isOpen={retry !== undefined}
    >
      <SelectField
        {...field('principalId')}
        value={retry?.typed['principalId'] ?? (others.length === 0 ? (only?.id ?? '') : '')}
        label={DEPUTIES.principalId}
        options={heads.map(({ id, name, loginName }) => ({ value: id, label: `${name}（${loginName}）` }))}
      />
      <TextField {...field('deputy')} label={DEPUTIES.deputy} hint={DEPUTIES.deputyHint} />
      <TextField {...field('validFrom')} label={DEPUTIES.validFrom} inputMode="numeric" />
      <TextField {...field('validUntil')} label={DEPUTIES.validUntil} inputMode="numeric" />
      <TextArea {...field('reason')} label={DEPUTIES.reason} />
    </ConfirmPanel>
  );
}
