import type { Account } from '../../accounts/account.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError } from '../field-errors.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { SECRET } from '../texts/credentials.ts';
import { ActionForm } from './action-form.tsx';
import { Desk } from './desk.tsx';
import { Twin, renderDocument } from './document.tsx';
import { TextArea } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { SecretSheet, type HandedSecret } from './secret-sheet.tsx';

interface ResetPageProps {
  readonly desk: DeskContext;
  readonly account: Account;
}

/** Asks why a new initial secret is issued. */
export function renderResetPage(
  props: ResetPageProps & { readonly reason: string; readonly errors: readonly FieldError[] },
): string {
  const { desk, account, errors } = props;
  const { page } = desk;
  const { language } = page;
  return renderDocument(
    <Desk desk={desk} title={SECRET.resetTitle[language]} parents={parentsOf(props)} errors={errors}>
      <header class="page-head">
        <div>
          <h1>{SECRET.resetTitle[language]}</h1>
          <Twin page={page} text={SECRET.resetTitle} />
          <p>
            {account.name}・{account.loginName}
          </p>
        </div>
      </header>
      <ActionForm action={`/accounts/${account.id}/initial-secret`} formToken={desk.formToken} class="decide">
        <p class="notice notice-wait">
          <Icon name="info" />
          <span>{SECRET.resetAbout[language]}</span>
        </p>
        <TextArea page={page} name="reason" label={SECRET.reason} value={props.reason} isRequired errors={errors} />
        <button class="button button-main button-wide" type="submit">
          <Icon name="lock" />
          {SECRET.resetSubmit[language]}
        </button>
      </ActionForm>
    </Desk>,
  );
}

/** Shows it, once. */
export function renderIssuedPage(props: ResetPageProps & { readonly handed: HandedSecret }): string {
  const { desk } = props;
  const { page } = desk;
  return renderDocument(
    <Desk desk={desk} title={SECRET.initialTitle[page.language]} parents={parentsOf(props)}>
      <h1 class="unseen">{SECRET.initialTitle[page.language]}</h1>
      <SecretSheet page={page} handed={props.handed} />
    </Desk>,
  );
}

function parentsOf({ desk, account }: ResetPageProps) {
  return [
    { href: '/accounts', label: ACCOUNTS.title[desk.page.language] },
    { href: `/accounts/${account.id}`, label: account.loginName },
  ];
}
