import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { ACTIVATION, ONE_DAY, PASSWORD } from '../texts/credentials.ts';
import { ActionForm } from './action-form.tsx';
import { renderDocument } from './document.tsx';
import { TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { Pass } from './pass.tsx';
import { NewPasswordForm, SecretField } from './password-form.tsx';

/** Account and one-day password in one step (D1-140). */
export function renderOneDayLoginPage(props: {
  readonly page: PageContext;
  readonly formToken: string;
  readonly account: string;
  readonly trip: string | undefined;
  readonly errors: readonly FieldError[];
}): string {
  const { page, trip, errors } = props;
  const { language } = page;
  return renderDocument(
    <Pass page={page} title={ONE_DAY.title} lead={ONE_DAY.lead} errors={errors}>
      <ActionForm action="/login/one-day-password" formToken={props.formToken} class="pass-body">
        {trip !== undefined && <input type="hidden" name="trip" value={trip} />}
        <TextField
          page={page}
          name="account"
          label={ACTIVATION.account}
          value={props.account}
          autoComplete="username"
          isRequired
          errors={errors}
        />
        <SecretField
          page={page}
          name="password"
          label={ONE_DAY.password}
          hint={ONE_DAY.passwordHint}
          autoComplete="one-time-code"
          errors={errors}
        />
        <button class="button button-main button-wide" type="submit">
          <Icon name="enter" />
          {ONE_DAY.submit[language]}
        </button>
      </ActionForm>
      <p class="pass-foot">
        <a href={trip === undefined ? '/login' : `/login?trip=${trip}`}>{ONE_DAY.withCard[language]}</a>
      </p>
    </Pass>,
  );
}

/** The forced change at the day's first login (D1-149). */
export function renderDayPasswordPage(props: {
  readonly page: PageContext;
  readonly formToken: string;
  readonly account: string;
  readonly trip: string | undefined;
  readonly errors: readonly FieldError[];
}): string {
  const { page, trip } = props;
  const action = `/login/one-day-password/change${trip === undefined ? '' : `?trip=${trip}`}`;
  return renderDocument(
    <Pass
      page={page}
      title={PASSWORD.dayTitle}
      lead={PASSWORD.dayLead}
      errors={props.errors}
      over={`${ACTIVATION.forAccount[page.language]} ${props.account}`}
    >
      <NewPasswordForm page={page} action={action} formToken={props.formToken} errors={props.errors} />
    </Pass>,
  );
}
