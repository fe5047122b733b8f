import type { JSX } from 'preact';
import type { FormField, GrantRowInput } from '../../applications/form.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import { Icon } from './icons.tsx';
import { SelectField, TextField, type FieldOption } from './form-field.tsx';

/** The table of rights, one group of fields a row; rows are added by a submit button, so it works without script. */
export function GrantRows(props: {
  readonly page: PageContext;
  readonly field: FormField;
  readonly rows: readonly GrantRowInput[];
  readonly systems: readonly BusinessSystem[];
  readonly errors: readonly FieldError[];
}): JSX.Element {
  const { page, field, rows, systems, errors } = props;
  const { language } = page;
  const fault = errors.find(error => error.field === field.name);
  const systemOptions = systems.map(each => ({ value: each.id, label: language === 'zh' ? each.name : each.nameEn }));
  const acts = (['add', 'remove'] as const).map(value => ({ value, label: APPLICATIONS[value][language] }));
  return (
    <div id={field.name} tabIndex={-1}>
      {field.hint !== undefined && <p class="hint">{field.hint[language]}</p>}
      {fault !== undefined && (
        <p class="error">
          <Icon name="warn" />
          <span>{fault.text[language]}</span>
        </p>
      )}
      {rows.map((row, index) => {
        const cell = (column: keyof GrantRowInput) => ({
          page,
          name: `${field.name}.${index}.${column}`,
          label: APPLICATIONS[column],
          value: row[column],
          errors,
        });
        return (
          <fieldset class="grant-row">
            <legend>
              {APPLICATIONS.row[language]} {index + 1}
            </legend>
            <SelectField {...cell('system')} options={systemOptions} />
            <SelectField {...cell('role')} options={rolesOf(systems, language)} />
            <SelectField {...cell('act')} options={acts} />
            <TextField {...cell('reason')} />
            <TextField {...cell('validUntil')} inputMode="numeric" />
          </fieldset>
        );
      })}
      <button class="button button-small" type="submit" name="do" value="add-row">
        {APPLICATIONS.addRow[language]}
      </button>
    </div>
  );
}

/** Every role code that some system has; which system has which is judged when the form is sent. */
function rolesOf(systems: readonly BusinessSystem[], language: 'zh' | 'en'): FieldOption[] {
  const names = new Map<string, Set<string>>();
  for (const { code, name, nameEn } of systems.flatMap(system => system.roles)) {
    names.set(code, (names.get(code) ?? new Set()).add(language === 'zh' ? name : nameEn));
  }
  return [...names].map(([value, labels]) => ({ value, label: [...labels].join('／') }));
}
