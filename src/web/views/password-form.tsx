import type { JSX } from 'preact';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { PASSWORD } from '../texts/credentials.ts';
import { PARTS } from '../texts/parts.ts';
import { ActionForm } from './action-form.tsx';
import { Icon } from './icons.tsx';

/** A field whose content is not shown and never comes back. */
export function SecretField(props: {
  readonly page: PageContext;
  readonly name: string;
  readonly label: Bilingual;
  readonly hint?: Bilingual;
  readonly autoComplete: 'current-password' | 'new-password' | 'one-time-code';
  readonly errors: readonly FieldError[];
}): JSX.Element {
  const { page, name, hint } = props;
  const { language } = page;
  const errors = props.errors.filter(({ field }) => field === name);
  const describedBy = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(errors.length === 0 ? [] : [`${name}-error`]),
  ].join(' ');
  return (
    <div class="field">
      <label for={name}>
        {props.label[language]}
        {PARTS.required[language]}
      </label>
      {hint !== undefined && (
        <span class="hint" id={`${name}-hint`}>
          {hint[language]}
        </span>
      )}
      <input
        class="input"
        type="password"
        id={name}
        name={name}
        autocomplete={props.autoComplete}
        spellcheck={false}
        aria-required="true"
        aria-invalid={errors.length > 0 ? 'true' : undefined}
        aria-describedby={describedBy === '' ? undefined : describedBy}
      />
      {errors.length > 0 && (
        <span class="error" id={`${name}-error`}>
          <Icon name="warn" />
          <span>{errors.map(({ text }) => text[language]).join(language === 'zh' ? '；' : '; ')}</span>
        </span>
      )}
    </div>
  );
}

/** Choosing a password, twice typed. */
export function NewPasswordForm(props: {
  readonly page: PageContext;
  readonly action: string;
  readonly formToken: string;
  readonly errors: readonly FieldError[];
}): JSX.Element {
  const { page, errors } = props;
  return (
    <ActionForm action={props.action} formToken={props.formToken} class="pass-body">
      <SecretField
        page={page}
        name="password"
        label={PASSWORD.password}
        hint={PASSWORD.rules}
        autoComplete="new-password"
        errors={errors}
      />
      <SecretField page={page} name="repeated" label={PASSWORD.repeated} autoComplete="new-password" errors={errors} />
      <button class="button button-main button-wide" type="submit">
        <Icon name="lock" />
        {PASSWORD.save[page.language]}
      </button>
    </ActionForm>
  );
}
