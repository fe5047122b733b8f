import type { JSX } from 'preact';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { AccountFile } from '../account-file.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { SECRET } from '../texts/credentials.ts';
import { ConfirmPanel } from './action-form.tsx';
import { ChoiceField, TextArea, type FieldProps } from './form-field.tsx';
import { Icon } from './icons.tsx';

/** What the page of an account is made of. */
export interface AccountPageProps {
  readonly desk: DeskContext;
  readonly file: AccountFile;
  readonly systems: readonly BusinessSystem[];
  /** What was typed and what is wrong with it, when an action comes back; `open` names the action. */
  readonly retry?: { readonly open: string; readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** What the visitor may do about the account here; what needs an application is not offered without one. */
export function AccountActions(
  props: AccountPageProps & { readonly names: ReadonlyMap<string, Bilingual> },
): JSX.Element | null {
  const { desk, file } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const path = `/accounts/${file.account.id}`;
  const pending = file.may.settleGrants ? file.grants.filter(grant => grant.state === 'pending') : [];
  if (!desk.mayDecide) {
    return (
      <p class="notice notice-wait">
        <Icon name="card" />
        <span>{ACCOUNTS.cardOnly[language]}</span>
      </p>
    );
  }
  if (!file.may.suspend && !file.may.resume && !file.may.issueSecret && pending.length === 0) return null;
  return (
    <section aria-labelledby="actions">
      <h2 id="actions">{ACCOUNTS.actions[language]}</h2>
      {file.may.suspend && (
        <ConfirmPanel
          page={page}
          title={ACCOUNTS.suspend}
          about={ACCOUNTS.suspendAbout}
          button={ACCOUNTS.suspend}
          icon="off"
          action={`${path}/suspend`}
          formToken={formToken}
          isOpen={props.retry?.open === 'suspend'}
        >
          <TextArea {...reasonOf(props, 'suspend')} />
        </ConfirmPanel>
      )}
      {file.may.resume && (
        <ConfirmPanel
          page={page}
          title={ACCOUNTS.resume}
          about={ACCOUNTS.resumeAbout}
          button={ACCOUNTS.resume}
          icon="ok"
          action={`${path}/resume`}
          formToken={formToken}
          isOpen={props.retry?.open === 'resume'}
        >
          <TextArea {...reasonOf(props, 'resume')} />
        </ConfirmPanel>
      )}
      {file.may.issueSecret && (
        <p>
          <a class="button" href={`${path}/initial-secret`}>
            <Icon name="lock" />
            {SECRET.resetTitle[language]}
          </a>
        </p>
      )}
      {pending.map(grant => (
        <ConfirmPanel
          page={page}
          title={titleOf(props.names.get(grant.systemId), grant.role)}
          about={ACCOUNTS.migratedAbout}
          button={ACCOUNTS.sendDecision}
          icon="ok"
          action={`${path}/grants/${grant.id}`}
          formToken={formToken}
          isOpen={props.retry?.open === grant.id}
        >
          <ChoiceField
            page={page}
            name={fieldOf(props, grant.id, 'decision')}
            submitAs="decision"
            label={ACCOUNTS.decision}
            isRequired
            {...retryOf(props, grant.id, 'decision')}
            options={[
              { value: 'approve', label: ACCOUNTS.approveGrant[language] },
              { value: 'refuse', label: ACCOUNTS.refuseGrant[language] },
            ]}
          />
          <TextArea {...reasonOf(props, grant.id)} />
        </ConfirmPanel>
      ))}
      <p class="faint">{ACCOUNTS.onlyByForm[language]}</p>
    </section>
  );
}

function titleOf(system: Bilingual | undefined, role: string): Bilingual {
  const { zh, en } = ACCOUNTS.migratedTitle;
  return { zh: `${zh}：${system?.zh ?? ''} ${role}`, en: `${en}: ${system?.en ?? ''} ${role}` };
}

/** Several panels have a field "reason": the one that came back with errors has the plain id that the summary links to. */
function fieldOf(props: AccountPageProps, panel: string, field: string): string {
  return props.retry?.open === panel ? field : `${field}-${panel}`;
}

function retryOf(props: AccountPageProps, panel: string, field: string) {
  if (props.retry?.open !== panel) return {};
  return { value: props.retry.typed[field] ?? '', errors: props.retry.errors };
}

function reasonOf(props: AccountPageProps, panel: string): FieldProps {
  return {
    page: props.desk.page,
    name: fieldOf(props, panel, 'reason'),
    submitAs: 'reason',
    label: ACCOUNTS.reason,
    hint: ACCOUNTS.reasonHint,
    isRequired: true,
    ...retryOf(props, panel, 'reason'),
  };
}
