import type { JSX } from 'preact';
import type { Organisation, Unit } from '../../accounts/organisation.ts';
import { ADDED_KINDS } from '../../flows/accounts/manage-organisations.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import type { OrganisationBranch, RoleHolders } from '../organisation-tree.ts';
import { KIND_NAMES, ORGANISATIONS } from '../texts/organisations.ts';
import { ActionForm, ConfirmPanel } from './action-form.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { SelectField, TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { TreeFigure } from './tree-figure.tsx';

interface Retry {
  /** Id of the form that comes back. */
  readonly open: string;
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
}

interface TreePageProps {
  readonly desk: DeskContext;
  readonly tree: readonly OrganisationBranch[];
  readonly mayManage: boolean;
  readonly retry?: Retry;
}

/** The organisation tree: who manages whom (D1-003, figure 1). */
export function renderOrganisationTree(props: TreePageProps): string {
  return renderDocument(<TreePage {...props} />);
}

function TreePage(props: TreePageProps): JSX.Element {
  const { desk, tree, mayManage, retry } = props;
  const { page } = desk;
  const { language } = page;
  const [root, ...agencies] = tree;
  return (
    <Desk desk={desk} title={ORGANISATIONS.title[language]} errors={retry?.errors ?? []}>
      <header class="page-head">
        <div>
          <h1>{ORGANISATIONS.title[language]}</h1>
          <p>{ORGANISATIONS.about[language]}</p>
        </div>
      </header>
      {mayManage && <AddOrganisation {...props} />}
      {root !== undefined && (
        <section aria-labelledby="figure">
          <h2 id="figure">{ORGANISATIONS.figure[language]}</h2>
          <p class="notice">
            <Icon name="info" />
            <span>{ORGANISATIONS.derived[language]}</span>
          </p>
          <TreeFigure
            page={page}
            label={ORGANISATIONS.figure[language]}
            root={{
              label: root.organisation.name,
              sub: KIND_NAMES[root.organisation.kind][language],
              children: agencies.map(branch => ({
                label: branch.organisation.name,
                sub: `${ORGANISATIONS.registrars[language]} ${branch.registrars.count}`,
                children: branch.units.map(unit => ({ label: unit.name, children: [] })),
              })),
            }}
          />
        </section>
      )}
      <section aria-labelledby="list">
        <h2 id="list">{ORGANISATIONS.asList[language]}</h2>
        <ul class="branches">
          {tree.map(branch => (
            <li>
              <h3>
                {branch.organisation.name}{' '}
                <small class="soft">
                  {KIND_NAMES[branch.organisation.kind][language]}・{branch.organisation.code}
                </small>
              </h3>
              <dl class="facts">
                <dt>{ORGANISATIONS.registrars[language]}</dt>
                <dd>
                  {branch.registrars.count === 0 && branch.organisation.kind !== 'ministry'
                    ? ORGANISATIONS.noRegistrar[language]
                    : holdersText(branch.registrars, ORGANISATIONS.people[language])}
                </dd>
                <dt>{ORGANISATIONS.heads[language]}</dt>
                <dd>{holdersText(branch.heads, ORGANISATIONS.people[language])}</dd>
                <dt>{ORGANISATIONS.units[language]}</dt>
                <dd>
                  {branch.units.length === 0
                    ? ORGANISATIONS.noUnits[language]
                    : branch.units.map(({ name }) => name).join(language === 'zh' ? '、' : ', ')}
                </dd>
              </dl>
              {mayManage && (
                <p>
                  <a class="button button-small" href={`/organisations/${branch.organisation.id}`}>
                    <Icon name="draft" />
                    {ORGANISATIONS.manage[language]}
                    <span class="unseen"> {branch.organisation.name}</span>
                  </a>
                </p>
              )}
            </li>
          ))}
        </ul>
      </section>
    </Desk>
  );
}

function holdersText({ count, names }: RoleHolders, word: string): string {
  return names === null || names.length === 0 ? `${count} ${word}` : names.join('、');
}

function AddOrganisation({ desk, retry }: TreePageProps): JSX.Element {
  const { page, formToken } = desk;
  const again = retry?.open === 'add' ? retry : undefined;
  const field = (name: string) => ({
    page,
    name,
    value: again?.typed[name] ?? '',
    errors: again?.errors ?? [],
    isRequired: true,
  });
  return (
    <ConfirmPanel
      page={page}
      title={ORGANISATIONS.add}
      about={ORGANISATIONS.addAbout}
      button={ORGANISATIONS.add}
      icon="ok"
      action="/organisations"
      formToken={formToken}
      isOpen={again !== undefined}
    >
      <TextField {...field('code')} label={ORGANISATIONS.code} hint={ORGANISATIONS.codeHint} />
      <TextField {...field('name')} label={ORGANISATIONS.name} />
      <SelectField
        {...field('kind')}
        label={ORGANISATIONS.kind}
        hint={ORGANISATIONS.kindHint}
        options={ADDED_KINDS.map(kind => ({ value: kind, label: KIND_NAMES[kind][page.language] }))}
      />
    </ConfirmPanel>
  );
}

interface OrganisationPageProps {
  readonly desk: DeskContext;
  readonly organisation: Organisation;
  readonly units: readonly Unit[];
  readonly retry?: Retry;
}

/** Upkeep of one organisation: its name and its units. */
export function renderOrganisationPage(props: OrganisationPageProps): string {
  return renderDocument(<OrganisationPage {...props} />);
}

function OrganisationPage(props: OrganisationPageProps): JSX.Element {
  const { desk, organisation, units, retry } = props;
  const { page, formToken } = desk;
  const { language } = page;
  const path = `/organisations/${organisation.id}`;
  /** The form that came back has the plain ids that the error summary links to. */
  const field = (form: string, name: string, value: string) => {
    const isAgain = retry?.open === form;
    return {
      page,
      name: isAgain ? name : `${name}-${form}`,
      submitAs: name,
      value: isAgain ? (retry.typed[name] ?? '') : value,
      errors: isAgain ? retry.errors : [],
      isRequired: true,
    };
  };
  return (
    <Desk
      desk={desk}
      title={organisation.name}
      parents={[{ href: '/organisations', label: ORGANISATIONS.title[language] }]}
      errors={retry?.errors ?? []}
    >
      <header class="page-head">
        <div>
          <h1>{organisation.name}</h1>
          <p>
            {KIND_NAMES[organisation.kind][language]}・{ORGANISATIONS.code[language]} {organisation.code}
          </p>
        </div>
      </header>
      <section aria-labelledby="rename">
        <h2 id="rename">{ORGANISATIONS.rename[language]}</h2>
        <p class="soft">{ORGANISATIONS.renameAbout[language]}</p>
        <ActionForm class="search" action={path} formToken={formToken}>
          <TextField {...field('self', 'name', organisation.name)} label={ORGANISATIONS.name} />
          <button class="button" type="submit">
            {ORGANISATIONS.rename[language]}
          </button>
        </ActionForm>
      </section>
      <section aria-labelledby="units">
        <h2 id="units">{ORGANISATIONS.units[language]}</h2>
        {units.length === 0 && <p class="faint">{ORGANISATIONS.noUnits[language]}</p>}
        {units.map(unit => (
          <ActionForm class="search" action={`${path}/units/${unit.id}`} formToken={formToken}>
            <TextField
              {...field(unit.id, 'name', unit.name)}
              label={{ zh: `單位名稱（${unit.code}）`, en: `Name of the unit (${unit.code})` }}
            />
            <button class="button" type="submit">
              {ORGANISATIONS.rename[language]}
              <span class="unseen"> {unit.name}</span>
            </button>
          </ActionForm>
        ))}
      </section>
      <section aria-labelledby="add-unit">
        <h2 id="add-unit">{ORGANISATIONS.addUnit[language]}</h2>
        <ActionForm class="search" action={`${path}/units`} formToken={formToken}>
          <TextField {...field('new', 'unitCode', '')} label={ORGANISATIONS.unitCode} />
          <TextField {...field('new', 'unitName', '')} label={ORGANISATIONS.unitName} />
          <button class="button" type="submit">
            {ORGANISATIONS.addUnit[language]}
          </button>
        </ActionForm>
      </section>
    </Desk>
  );
}
