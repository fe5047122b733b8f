import type { JSX } from 'preact';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import type { Application, Attachment } from '../../applications/application.ts';
import { fieldsOf, isAskedFor, type FormDefinition, type FormField, type FormValues } from '../../applications/form.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import { EMPTY_ROW } from '../application-input.ts';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import { APPLY } from '../texts/apply.ts';
import { ActionForm } from './action-form.tsx';
import { ApplicationFiles } from './application-files.tsx';
import { baseOf, Framed, pageOf, tokenOf, type ApplicationFrame } from './application-frame.tsx';
import { renderDocument, Twin } from './document.tsx';
import { SelectField, TextArea, TextField, type FieldProps } from './form-field.tsx';
import { GrantRows } from './grant-rows.tsx';
import { Icon } from './icons.tsx';

export interface ApplicationFormProps {
  readonly frame: ApplicationFrame;
  readonly form: FormDefinition;
  /** Null before the first save. */
  readonly application: Application | null;
  /** As typed. */
  readonly values: FormValues;
  readonly organisation: Organisation | null;
  /** For an applicant without an account, before the first save: with whom he may apply. */
  readonly agencies: readonly Organisation[];
  readonly units: readonly Unit[];
  readonly systems: readonly BusinessSystem[];
  readonly attachments: readonly Attachment[];
  readonly errors: readonly FieldError[];
}

/** The form to fill in, generated from its definition (D1-184); it looks like the paper that it stands for. */
export function renderApplicationForm(props: ApplicationFormProps): string {
  return renderDocument(<ApplicationFormPage {...props} />);
}

function ApplicationFormPage(props: ApplicationFormProps): JSX.Element {
  const { frame, form, application, errors } = props;
  const page = pageOf(frame);
  const { language } = page;
  const base = baseOf(frame);
  const action = application === null ? `${base}/new/${form.id}` : `${base}/${application.number}/edit`;
  const title = application?.number ?? `${APPLICATIONS.newOne[language]} ${form.id}`;
  const parents = [{ href: base, label: APPLICATIONS.own[language] }];
  return (
    <Framed frame={frame} title={title} parents={parents} errors={errors}>
      <div class="case">
        <article class="paper" aria-labelledby="form-title">
          <PaperHead {...props} />
          {form.notes.map(note => (
            <p class="notice">
              <Icon name="info" />
              <span>{note[language]}</span>
            </p>
          ))}
          <ActionForm action={action} formToken={tokenOf(frame)}>
            {application !== null && <input type="hidden" name="version" value={String(application.version)} />}
            <AgencyField {...props} />
            <UnshownValues {...props} />
            {form.sections
              .filter(section => section.fields.some(field => isShown(props, field)))
              .map((section, index) => (
                <section aria-labelledby={`s-${section.id}`}>
                  <h2 id={`s-${section.id}`}>
                    {index + 1}. {section.title[language]}
                  </h2>
                  {section.fields
                    .filter(field => isShown(props, field))
                    .map(field => (
                      <FormFieldView {...props} field={field} />
                    ))}
                </section>
              ))}
            <p class="faint">{APPLICATIONS.submitAbout[language]}</p>
            <p class="row">
              <button class="button button-main" type="submit" name="do" value="submit">
                <Icon name="ok" />
                {APPLICATIONS.submit[language]}
              </button>
              <button class="button" type="submit" name="do" value="save">
                <Icon name="draft" />
                {APPLICATIONS.save[language]}
              </button>
            </p>
          </ActionForm>
          <section aria-label={APPLICATIONS.references[language]}>
            <p class="legal">
              {form.purpose[language]}
              <br />
              {form.references.map(each => `${each.id} ${each.title[language]}`).join('、')}
            </p>
          </section>
        </article>
        <div class="side">
          <ApplicationFiles
            frame={frame}
            application={application}
            attachments={props.attachments}
            errors={errors}
            isOpen
          />
        </div>
      </div>
    </Framed>
  );
}

function PaperHead({ frame, form, application, organisation }: ApplicationFormProps): JSX.Element {
  const page = pageOf(frame);
  const { language } = page;
  return (
    <header class="paper-head">
      <div>
        <p class="issuer">
          {page.settings.agency.name} {page.settings.agency.product}
        </p>
        <h1 class="paper-title" id="form-title">
          {form.title[language]}
        </h1>
        <Twin page={page} text={form.title} />
      </div>
      <dl class="paper-no">
        <div>
          <dt>{APPLICATIONS.form[language]}</dt>{' '}
          <dd>
            <b>{form.id}</b>
          </dd>
        </div>
        {application !== null && (
          <div>
            <dt>{APPLICATIONS.number[language]}</dt> <dd>{application.number}</dd>
          </div>
        )}
        {organisation !== null && (
          <div>
            <dt>{APPLICATIONS.organisation[language]}</dt> <dd>{organisation.name}</dd>
          </div>
        )}
      </dl>
    </header>
  );
}

/** The organisation is preset (D1-170); only who has no account says where he works. */
function AgencyField({ frame, application, agencies, organisation, errors }: ApplicationFormProps): JSX.Element | null {
  if (frame.kind === 'desk' || application !== null) return null;
  return (
    <>
      <SelectField
        page={frame.page}
        name="organisation"
        label={APPLY.agency}
        hint={APPLY.agencyHint}
        isRequired
        value={organisation?.id ?? ''}
        errors={errors}
        options={agencies.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Refresh page={frame.page} />
    </>
  );
}

function FormFieldView(props: ApplicationFormProps & { readonly field: FormField }): JSX.Element {
  const { frame, field, values, errors, units, systems } = props;
  const page = pageOf(frame);
  if (field.kind === 'grants') {
    const rows = values.grants.length === 0 ? [EMPTY_ROW] : values.grants;
    return <GrantRows page={page} field={field} rows={rows} systems={systems} errors={errors} />;
  }
  const common: FieldProps = {
    page,
    name: field.name,
    label: field.label,
    value: values.fields[field.name] ?? '',
    errors,
    isRequired: field.isOptional !== true,
    ...(field.hint === undefined ? {} : { hint: field.hint }),
  };
  switch (field.kind) {
    case 'prose':
      return <TextArea {...common} />;
    case 'choice': {
      const options =
        field.choices === 'units'
          ? units.map(({ code, name }) => ({ value: code, label: name }))
          : (field.choices ?? []).map(({ value, label }) => ({ value, label: label[page.language] }));
      return (
        <>
          <SelectField {...common} options={options} />
          {isLead(props.form, field) && <Refresh page={page} />}
        </>
      );
    }
    case 'day':
      return <TextField {...common} inputMode="numeric" />;
    case 'mail':
      return <TextField {...common} inputMode="email" />;
    case 'telephone':
      return <TextField {...common} inputMode="tel" />;
    case 'text':
    case 'login-name':
    case 'last-four':
      return <TextField {...common} />;
  }
}

/** Another field is asked for or not by what is chosen here. */
function isLead(form: FormDefinition, field: FormField): boolean {
  return fieldsOf(form).some(each => each.when?.field === field.name);
}

/** What the choices made so far ask for, and whatever there is something to say about. */
function isShown({ values, errors }: ApplicationFormProps, field: FormField): boolean {
  const isWrong = errors.some(each => each.field === field.name || each.field.startsWith(`${field.name}.`));
  return isAskedFor(field, values) || isWrong;
}

/** What was typed under another choice goes along unseen, so that choosing back loses nothing. */
function UnshownValues(props: ApplicationFormProps): JSX.Element {
  const { form, values } = props;
  const unshown = fieldsOf(form).filter(field => !isShown(props, field));
  const typed = unshown.flatMap((field): (readonly [string, string])[] =>
    field.kind === 'grants'
      ? values.grants.flatMap((row, index) =>
          Object.entries(row).map(([column, value]) => [`${field.name}.${index}.${column}`, value] as const),
        )
      : [[field.name, values.fields[field.name] ?? '']],
  );
  return <>{typed.map(([name, value]) => (value === '' ? null : <input type="hidden" name={name} value={value} />))}</>;
}

/** Without script the page is asked for anew when what it asks for has changed. */
function Refresh({ page }: { readonly page: PageContext }): JSX.Element {
  return (
    <p>
      <button class="button button-small" type="submit" name="do" value="refresh">
        <Icon name="down" />
        {APPLICATIONS.refresh[page.language]}
      </button>
    </p>
  );
}
