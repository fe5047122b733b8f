import type { JSX } from 'preact';
import type { WaitingCard } from '../../flows/credentials/list-binding-requests.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { BINDING, MISMATCHES } from '../texts/credentials.ts';
import { ActionForm } from './action-form.tsx';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { Twin, renderDocument } from './document.tsx';
import { ChoiceField, TextArea } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';

/** The queue: one line a card. */
export function renderBindingList(props: {
  readonly desk: DeskContext;
  readonly cards: readonly WaitingCard[];
}): string {
  const { desk, cards } = props;
  const { page } = desk;
  const { language } = page;
  const columns: Column<WaitingCard>[] = [
    {
      head: BINDING.account[language],
      cell: ({ account }) => (
        <>
          {account.name}
          <span class="sub">{account.loginName}</span>
        </>
      ),
    },
    { head: BINDING.kind[language], cell: ({ request }) => BINDING[request.kind][language] },
    { head: BINDING.reasons[language], cell: card => <Reasons desk={desk} card={card} /> },
    { head: BINDING.requestedAt[language], cell: ({ request }) => <Instant at={request.requestedAt} />, isShort: true },
    {
      head: BINDING.open[language],
      cell: ({ request, account }) => (
        <a class="button button-small" href={`/bindings/${request.id}`}>
          {BINDING.open[language]}
          <span class="unseen"> {account.loginName}</span>
        </a>
      ),
    },
  ];
  return renderDocument(
    <Desk desk={desk} title={BINDING.title[language]}>
      <header class="page-head">
        <div>
          <h1>{BINDING.title[language]}</h1>
          <Twin page={page} text={BINDING.title} />
          <p>{BINDING.lead[language]}</p>
        </div>
      </header>
      <DataTable
        page={page}
        name={BINDING.title[language]}
        columns={columns}
        rows={cards}
        whenEmpty={BINDING.none[language]}
      />
    </Desk>,
  );
}

function Reasons(props: { readonly desk: DeskContext; readonly card: WaitingCard }): JSX.Element {
  const { language } = props.desk.page;
  const { mismatches } = props.card.request;
  const reasons = mismatches.map(mismatch => MISMATCHES[mismatch]);
  return (
    <>
      {(reasons.length === 0 ? [BINDING['re-binding']] : reasons).map(reason => (
        <span class="line">{reason[language]}</span>
      ))}
    </>
  );
}

/** One card: both sides beside each other, and the decision. */
export function renderBindingPage(props: {
  readonly desk: DeskContext;
  readonly card: WaitingCard;
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}): string {
  const { desk, card, typed, errors } = props;
  const { page } = desk;
  const { language } = page;
  const { request, account, person } = card;
  const absent = BINDING.absent[language];
  return renderDocument(
    <Desk
      desk={desk}
      title={account.name}
      parents={[{ href: '/bindings', label: BINDING.title[language] }]}
      errors={errors}
    >
      <header class="page-head">
        <div>
          <h1>{account.name}</h1>
          <p>
            {account.loginName}・{BINDING[request.kind][language]}
          </p>
        </div>
      </header>
      <div class="table-box" tabIndex={0} role="region" aria-label={BINDING.title[language]}>
        <table class="data">
          <thead>
            <tr>
              <td />
              <th scope="col">{BINDING.person[language]}</th>
              <th scope="col">{BINDING.card[language]}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{BINDING.name[language]}</th>
              <td>{person.name}</td>
              <td>{request.holderName}</td>
            </tr>
            <tr>
              <th scope="row">{BINDING.lastFour[language]}</th>
              <td>{person.idLastFour ?? absent}</td>
              <td>{request.holderLastFour ?? absent}</td>
            </tr>
          </tbody>
        </table>
      </div>
      <dl class="facts">
        <dt>{BINDING.reasons[language]}</dt>
        <dd>
          <Reasons desk={desk} card={card} />
        </dd>
        <dt>{BINDING.requestedAt[language]}</dt>
        <dd>
          <Instant at={request.requestedAt} />
        </dd>
        <dt>{BINDING.validUntil[language]}</dt>
        <dd>
          <Instant at={request.notAfter} />
        </dd>
        <dt>{BINDING.fingerprint[language]}</dt>
        <dd class="code break">{request.certificateSha256}</dd>
      </dl>
      <ActionForm action={`/bindings/${request.id}`} formToken={desk.formToken} class="decide">
        <ChoiceField
          page={page}
          name="decision"
          label={BINDING.decision}
          isRequired
          value={typed['decision'] ?? ''}
          errors={errors}
          options={[
            {
              value: 'confirmed',
              label: BINDING.confirm[language],
              about: BINDING.confirmAbout[language],
              icon: 'ok',
              tone: 'ok',
            },
            {
              value: 'refused',
              label: BINDING.refuse[language],
              about: BINDING.refuseAbout[language],
              icon: 'stop',
              tone: 'stop',
            },
          ]}
        />
        <TextArea
          page={page}
          name="note"
          label={BINDING.note}
          hint={BINDING.noteHint}
          value={typed['note'] ?? ''}
          isRequired
          errors={errors}
        />
        <button class="button button-main button-wide" type="submit">
          <Icon name="draft" />
          {BINDING.submit[language]}
        </button>
      </ActionForm>
    </Desk>,
  );
}
