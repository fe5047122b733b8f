import type { ComponentChildren, JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { Icon, type IconName } from './icons.tsx';

/** A form that does one thing; carries the token that every POST needs. */
export function ActionForm(props: {
  readonly action: string;
  readonly formToken: string;
  /** For files. */
  readonly isUpload?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <form
      class={props.class}
      method="post"
      action={props.action}
      encType={props.isUpload === true ? 'multipart/form-data' : undefined}
      noValidate
    >
      <input type="hidden" name="token" value={props.formToken} />
      {props.children}
    </form>
  );
}

/**
 * A decision that is folded until asked for: what happens and what cannot be undone stands beside its one button. Opens
 * by itself when it comes back with errors.
 */
export function ConfirmPanel(props: {
  readonly page: PageContext;
  readonly title: Bilingual;
  /** What happens. */
  readonly about: Bilingual;
  /** What cannot be undone, under the button. */
  readonly warning?: Bilingual;
  readonly button: Bilingual;
  readonly icon: IconName;
  readonly action: string;
  readonly formToken: string;
  readonly isOpen?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { language } = props.page;
  return (
    <details class="fold confirm" open={props.isOpen === true}>
      <summary>
        <Icon name="chevron" />
        {props.title[language]}
      </summary>
      <div class="decide">
        <p class="notice">
          <Icon name="info" />
          <span>{props.about[language]}</span>
        </p>
        <ActionForm action={props.action} formToken={props.formToken}>
          {props.children}
          <button class="button button-main button-wide" type="submit">
            <Icon name={props.icon} />
            {props.button[language]}
          </button>
          {props.warning !== undefined && <p class="faint">{props.warning[language]}</p>}
        </ActionForm>
      </div>
    </details>
  );
}
