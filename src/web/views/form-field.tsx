import type { ComponentChildren, JSX } from 'preact';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { PARTS } from '../texts/parts.ts';
import { Icon, type IconName } from './icons.tsx';

/** What every field of a form has. Its control's id is `name`, so that the error summary can link to it. */
export interface FieldProps {
  readonly page: PageContext;
  readonly name: string;
  /** What it is called when sent, where a page has several forms with a field of one name. */
  readonly submitAs?: string;
  readonly label: Bilingual;
  readonly hint?: Bilingual;
  /** As typed before, when the form comes back. */
  readonly value?: string;
  readonly isRequired?: boolean;
  readonly errors?: readonly FieldError[];
}

export interface FieldOption {
  readonly value: string;
  readonly label: string;
}

/** One line of text; `inputMode` chooses the keyboard of a phone. */
export function TextField(
  props: FieldProps & {
    readonly inputMode?: 'numeric' | 'email' | 'tel' | 'search';
    readonly autoComplete?: 'off' | 'tel' | 'email' | 'organization-title' | 'username';
  },
): JSX.Element {
  return (
    <Field {...props}>
      <input
        class="input"
        type="text"
        value={props.value ?? ''}
        inputMode={props.inputMode}
        autoComplete={props.autoComplete ?? 'off'}
        {...controlOf(props)}
      />
    </Field>
  );
}

/** Several lines of text. */
export function TextArea(props: FieldProps & { readonly rows?: number }): JSX.Element {
  return (
    <Field {...props}>
      <textarea class="input" rows={props.rows ?? 3} {...controlOf(props)}>
        {props.value ?? ''}
      </textarea>
    </Field>
  );
}

/** A file to send; a form with one is an upload. Nothing chosen is sent back by a browser, so it is chosen anew. */
export function FileField(props: FieldProps): JSX.Element {
  return (
    <Field {...props}>
      <input class="input" type="file" {...controlOf(props)} />
    </Field>
  );
}

/** One of a list; with `isRequired` the first line asks to choose. */
export function SelectField(
  props: FieldProps & { readonly options: readonly FieldOption[]; readonly empty?: Bilingual },
): JSX.Element {
  const { language } = props.page;
  return (
    <Field {...props}>
      <select class="input" {...controlOf(props)}>
        <option value="">{(props.empty ?? PARTS.choose)[language]}</option>
        {props.options.map(option => (
          <option value={option.value} selected={option.value === props.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** One of a few, each with its consequence; or several of a list (`isMultiple`). */
export function ChoiceField(
  props: FieldProps & {
    readonly isMultiple?: boolean;
    readonly values?: readonly string[];
    readonly options: readonly (FieldOption & {
      readonly about?: string;
      readonly icon?: IconName;
      readonly tone?: 'ok' | 'wait' | 'stop';
    })[];
  },
): JSX.Element {
  const { page, name } = props;
  const chosen = new Set(props.values ?? (props.value === undefined ? [] : [props.value]));
  return (
    // The summary's link leads to the group; a browser puts the keyboard on what carries the id.
    <fieldset class="field" id={name} tabIndex={-1} aria-describedby={describedBy(props)}>
      <legend class="field-label">
        {props.label[page.language]}
        {props.isRequired === true && PARTS.required[page.language]}
      </legend>
      <FieldHint {...props} />
      {props.options.map((option, index) => (
        <label class="choice" for={`${name}-${index}`}>
          <input
            id={`${name}-${index}`}
            type={props.isMultiple === true ? 'checkbox' : 'radio'}
            name={props.submitAs ?? name}
            value={option.value}
            checked={chosen.has(option.value)}
          />
          <span>
            <b>{option.label}</b>
            {option.about}
          </span>
          {option.icon !== undefined && <Icon name={option.icon} tone={option.tone ?? null} />}
        </label>
      ))}
      <FieldFault {...props} />
    </fieldset>
  );
}

function Field(props: FieldProps & { readonly children: ComponentChildren }): JSX.Element {
  const { page } = props;
  return (
    <div class="field">
      <label for={props.name}>
        {props.label[page.language]}
        {props.isRequired === true && PARTS.required[page.language]}
      </label>
      <FieldHint {...props} />
      {props.children}
      <FieldFault {...props} />
    </div>
  );
}

function FieldHint(props: FieldProps): JSX.Element | null {
  if (props.hint === undefined) return null;
  return (
    <span class="hint" id={`${props.name}-hint`}>
      {props.hint[props.page.language]}
    </span>
  );
}

function FieldFault(props: FieldProps): JSX.Element | null {
  const error = errorOf(props);
  if (error === undefined) return null;
  return (
    <span class="error" id={`${props.name}-error`}>
      <Icon name="warn" />
      <span>{error.text[props.page.language]}</span>
    </span>
  );
}

function controlOf(props: FieldProps) {
  return {
    id: props.name,
    name: props.submitAs ?? props.name,
    // Not the `required` attribute: the browser's own bubble speaks its own language and hides our summary.
    'aria-required': props.isRequired === true ? ('true' as const) : undefined,
    'aria-invalid': errorOf(props) === undefined ? undefined : ('true' as const),
    'aria-describedby': describedBy(props),
  };
}

function describedBy(props: FieldProps): string | undefined {
  const ids = [
    ...(props.hint === undefined ? [] : [`${props.name}-hint`]),
    ...(errorOf(props) === undefined ? [] : [`${props.name}-error`]),
  ];
  return ids.length === 0 ? undefined : ids.join(' ');
}

function errorOf(props: FieldProps): FieldError | undefined {
  return props.errors?.find(error => error.field === props.name);
}
