import type { JSX } from 'preact';
import type { Person } from '../../accounts/person.ts';
import type { AuditEvent } from '../../audit/event.ts';
import { CONTACT_FIELDS, type ContactField } from '../../flows/accounts/change-profile.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { PARTS } from '../texts/parts.ts';
import { CONTACT_LABELS, PROFILE } from '../texts/profile.ts';
import { ActionForm } from './action-form.tsx';
import { DataTable } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { TextField } from './form-field.tsx';
import { AccountFacts, Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';

interface ProfilePageProps {
  readonly desk: DeskContext;
  readonly contact: Pick<Person, ContactField>;
  /** Events `profile.changed`, newest first. */
  readonly changes: readonly AuditEvent[];
  readonly retry?: { readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** One's own data: what one may change, what is kept, what was changed. */
export function renderProfilePage(props: ProfilePageProps): string {
  return renderDocument(<ProfilePage {...props} />);
}

function ProfilePage(props: ProfilePageProps): JSX.Element {
  const { desk, retry } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const errors = retry?.errors ?? [];
  const field = (name: ContactField) => {
    const value = retry === undefined ? (props.contact[name] ?? '') : (retry.typed[name] ?? '');
    return { page, name, label: CONTACT_LABELS[name], value, errors };
  };
  return (
    <Desk desk={desk} title={PROFILE.title[language]} errors={errors}>
      <header class="page-head">
        <div>
          <h1>{PROFILE.title[language]}</h1>
          <p>{PROFILE.about[language]}</p>
        </div>
      </header>
      <div class="case">
        <div>
          <section aria-labelledby="contact">
            <h2 id="contact">{PROFILE.contact[language]}</h2>
            <ActionForm class="entry-form" action="/profile" formToken={formToken}>
              <TextField {...field('title')} autoComplete="organization-title" />
              <TextField {...field('phone')} hint={PROFILE.phoneHint} inputMode="tel" autoComplete="tel" />
              <TextField {...field('email')} hint={PROFILE.emailHint} inputMode="email" autoComplete="email" />
              <button class="button button-main" type="submit">
                <Icon name="ok" />
                {PROFILE.save[language]}
              </button>
            </ActionForm>
            <p class="faint">{PROFILE.purpose[language]}</p>
          </section>
          <History {...props} />
        </div>
        <div class="side">
          <AccountFacts page={page} person={desk.person} />
          <p class="faint">{PROFILE.correct[language]}</p>
          {desk.mayDecide && (
            <section aria-labelledby="export">
              <h2 id="export">{PROFILE.export[language]}</h2>
              <p class="soft">{PROFILE.exportAbout[language]}</p>
              <ActionForm action="/profile/data" formToken={formToken}>
                <button class="button" type="submit">
                  <Icon name="down" />
                  {PROFILE.export[language]}
                </button>
              </ActionForm>
            </section>
          )}
        </div>
      </div>
    </Desk>
  );
}

function History({ desk, changes }: ProfilePageProps): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const rows = changes.flatMap(event =>
    CONTACT_FIELDS.filter(name => Object.hasOwn(event.facts, `${name}After`)).map(name => ({ event, name })),
  );
  const shown = ({ facts }: AuditEvent, key: string) => {
    const value = facts[key] ?? null;
    return value === null ? PROFILE.none[language] : String(value);
  };
  return (
    <section aria-labelledby="history">
      <h2 id="history">{PROFILE.history[language]}</h2>
      <DataTable
        page={page}
        name={PROFILE.history[language]}
        rows={rows}
        whenEmpty={PROFILE.noHistory[language]}
        columns={[
          { head: PROFILE.at[language], isShort: true, cell: ({ event }) => <Instant at={event.at} /> },
          { head: PROFILE.field[language], isShort: true, cell: ({ name }) => CONTACT_LABELS[name][language] },
          { head: PROFILE.before[language], cell: ({ event, name }) => shown(event, `${name}Before`) },
          { head: PROFILE.after[language], cell: ({ event, name }) => shown(event, `${name}After`) },
        ]}
      />
      <p class="faint">
        {PARTS.zone[language]}・{PROFILE.historyNote[language]}
      </p>
    </section>
  );
}
