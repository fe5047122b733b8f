import type { JSX } from 'preact';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import type { Act } from '../../applications/application.ts';
import { isAskedFor, type FormSection } from '../../applications/form.ts';
import { FORMS } from '../../applications/forms.ts';
import type { ApplicationView } from '../../flows/applications/view-application.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { PageContext } from '../page-context.ts';
import { shownValue, signatureBoxesOf, wordsOfAct } from '../paper-content.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import type { Bilingual, Language } from '../texts/bilingual.ts';
import { Icon } from './icons.tsx';
import { Twin } from './document.tsx';

interface PaperProps {
  readonly page: PageContext;
  readonly view: ApplicationView;
  readonly systems: readonly BusinessSystem[];
}

/** Title, form and number, above a double rule. */
export function PaperTitle(props: PaperProps & { readonly continued?: boolean }): JSX.Element {
  const { page, view, continued = false } = props;
  const { language } = page;
  const { application } = view;
  const form = FORMS[application.form];
  const Title = continued ? 'h2' : 'h1';
  return (
    <header class="paper-head">
      <div>
        <p class="issuer">
          {page.settings.agency.name} {page.settings.agency.product}
        </p>
        <Title class="paper-title">{form.title[language]}</Title>
        <Twin page={page} text={form.title} />
      </div>
      <dl class="paper-no">
        <div>
          <dt>{APPLICATIONS.form[language]}</dt>{' '}
          <dd>
            <b>{form.id}</b>
          </dd>
        </div>
        <div>
          <dt>{APPLICATIONS.number[language]}</dt> <dd>{application.number}</dd>
        </div>
      </dl>
    </header>
  );
}

/** Sections of the form as they were filled in, in the order of the paper; `only` some of them, by id. */
export function PaperSections(props: PaperProps & { readonly only?: readonly string[] }): JSX.Element {
  const { view, only } = props;
  const form = FORMS[view.application.form];
  return (
    <>
      {form.sections.map((section, index) =>
        only !== undefined && !only.includes(section.id) ? null : (
          <PaperSection {...props} section={section} index={index} />
        ),
      )}
    </>
  );
}

function PaperSection(props: PaperProps & { readonly section: FormSection; readonly index: number }): JSX.Element {
  const { page, view, section, index, systems } = props;
  const { language } = page;
  const { values, filer, subjectName, isForAnother } = view.application;
  const asked = section.fields.filter(field => isAskedFor(field, values));
  const lines = asked.filter(field => field.kind !== 'grants');
  return (
    <section aria-labelledby={`p-${section.id}`}>
      <h2 id={`p-${section.id}`}>
        {index + 1}. {section.title[language]}
      </h2>
      <table class="box box-fields filled">
        <tbody>
          {index === 0 && (
            <>
              <Line label={APPLICATIONS.organisation[language]} value={view.organisation.name} />
              <Line label={APPLICATIONS.subject[language]} value={subjectName} />
              {isForAnother && <Line label={APPLICATIONS.filer[language]} value={filer.name} />}
            </>
          )}
          {lines.map(field => (
            <Line label={field.label[language]} value={inLanguage(shownValue(view, field), language)} />
          ))}
        </tbody>
      </table>
      {asked.some(field => field.kind === 'grants') && <RightsTable page={page} systems={systems} view={view} />}
    </section>
  );
}

function inLanguage(text: string | Bilingual, language: Language): string {
  return typeof text === 'string' ? text : text[language];
}

function Line(props: { readonly label: string; readonly value: string }): JSX.Element {
  return (
    <tr>
      <th scope="row">{props.label}</th>
      <td class="break prose">{props.value}</td>
    </tr>
  );
}

function RightsTable({ page, view, systems }: PaperProps): JSX.Element {
  const { language } = page;
  const { grants } = view.application.values;
  if (grants.length === 0) return <p class="soft">{APPLICATIONS.noRights[language]}</p>;
  const named = (name: { name: string; nameEn: string } | undefined, code: string) =>
    name === undefined ? code : language === 'zh' ? name.name : name.nameEn;
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={APPLICATIONS.rights[language]}>
      <table class="box">
        <thead>
          <tr>
            {(['row', 'system', 'role', 'act', 'reason', 'validUntil'] as const).map(column => (
              <th scope="col">{APPLICATIONS[column][language]}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grants.map((row, index) => {
            const system = systems.find(each => each.id === row.system);
            const role = system?.roles.find(each => each.code === row.role);
            return (
              <tr>
                <td>{index + 1}</td>
                <td class="nowrap">{named(system, row.system)}</td>
                <td class="nowrap">{named(role, row.role)}</td>
                <td class="nowrap">{APPLICATIONS[row.act === 'remove' ? 'remove' : 'add'][language]}</td>
                <td>{row.reason}</td>
                <td class="nowrap">{row.validUntil}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** One box for each duty, also while it is empty. */
export function SignatureBoxes({ page, view }: PaperProps): JSX.Element {
  const { language } = page;
  return (
    <section aria-labelledby="p-signs">
      <h2 id="p-signs">{APPLICATIONS.signs[language]}</h2>
      <div class="signs">
        {signatureBoxesOf(view).map(({ title, act }) => (
          <div class="sign">
            <h3>{title[language]}</h3>
            <div>{act !== undefined && <SignedBy page={page} act={act} />}</div>
            <p>{act === undefined ? APPLICATIONS.signHere[language] : formatTaipeiTime(act.at)}</p>
          </div>
        ))}
      </div>
    </section>
  );
}

function SignedBy({ page, act }: { readonly page: PageContext; readonly act: Act }): JSX.Element {
  const { language } = page;
  return (
    <>
      <span class="by">{act.actor.name}</span>
      <span class="state state-plain state-ok">
        <Icon name="ok" />
        {wordsOfAct(act)
          .map(words => words[language])
          .join('・')}
      </span>
    </>
  );
}

/** For what the data is used, and the documents referred to (D1-083, D1-074, D1-075). */
export function PaperPurpose({ page, view }: Pick<PaperProps, 'page' | 'view'>): JSX.Element {
  const { language } = page;
  const form = FORMS[view.application.form];
  return (
    <section aria-label={APPLICATIONS.references[language]}>
      {form.notes.map(note => (
        <p class="legal">{note[language]}</p>
      ))}
      <p class="legal">
        {form.purpose[language]} {APPLICATIONS.references[language]}：
        {form.references.map(each => `${each.id} ${each.title[language]}`).join('、')}
      </p>
    </section>
  );
}
