import type { JSX } from 'preact';
import type { Account } from '../../accounts/account.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { AccountList } from '../account-list.ts';
import type { DeskContext } from '../desk-context.ts';
import type { PageContext } from '../page-context.ts';
import { ACCOUNTS } from '../texts/accounts.ts';
import { COMPLIANCE, CONTROLS, CONTROL_STATES } from '../texts/rules/compliance.ts';
import { FIGURES, PROCEDURES, type Procedure } from '../texts/rules/figures.ts';
import { ACKNOWLEDGEMENTS, RULES_FACTS, SYSTEMS } from '../texts/rules/rules-facts.ts';
import { DataTable } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { FlowFigure } from './flow-figure.tsx';
import { Icon } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

/** A procedure as a figure and as text (D1-167, D1-176). */
export function renderFigurePage(props: {
  readonly page: PageContext;
  readonly name: string;
  readonly procedure: Procedure;
}): string {
  const { page, procedure } = props;
  const { language } = page;
  const others = [...PROCEDURES].filter(([name]) => name !== props.name);
  return renderDocument(
    <Door page={page} title={procedure.title[language]}>
      <article class="help help-wide">
        <header>
          <h1>{procedure.title[language]}</h1>
          <Twin page={page} text={procedure.title} />
          <p class="lead">{procedure.lead[language]}</p>
        </header>
        <p class="notice">
          <Icon name="info" />
          <span>{FIGURES.derived[language]}</span>
        </p>
        <FlowFigure procedure={procedure} language={language} label={procedure.title[language]} />
        <section>
          <h2>{FIGURES.asList[language]}</h2>
          <ol class="plain-list">
            {procedure.steps.map(step => (
              <li>
                <b>{procedure.lanes.find(({ id }) => id === step.lane)?.name[language]}</b>：{step.text[language]}
              </li>
            ))}
          </ol>
        </section>
        <section>
          <h2>{FIGURES.others[language]}</h2>
          <ul class="plain-list">
            {others.map(([name, other]) => (
              <li>
                <a href={`/figures/${name}`}>{other.title[language]}</a>
              </li>
            ))}
            <li>
              <a href="/help/rules">{RULES_FACTS.fullName[language]}</a>
            </li>
          </ul>
        </section>
      </article>
    </Door>,
  );
}

/** Which control of 附表十 is met where, and which test shows it (D1-070). */
export function renderCompliancePage(desk: DeskContext): string {
  const { page } = desk;
  const { language } = page;
  return renderDocument(
    <Desk desk={desk} title={COMPLIANCE.title[language]}>
      <Head title={COMPLIANCE.title[language]} about={COMPLIANCE.about[language]} />
      <DataTable
        page={page}
        name={COMPLIANCE.title[language]}
        rows={CONTROLS}
        columns={[
          {
            head: COMPLIANCE.measure[language],
            cell: control => (
              <>
                {control.text[language]}
                <span class="sub">{control.measure[language]}</span>
              </>
            ),
          },
          { head: COMPLIANCE.level[language], isShort: true, cell: control => control.level },
          {
            head: COMPLIANCE.state[language],
            isShort: true,
            cell: control => <StateChip page={page} isPlain {...CONTROL_STATES[control.state]} />,
          },
          { head: COMPLIANCE.where[language], cell: control => control.where[language] },
          {
            head: COMPLIANCE.tests[language],
            cell: control => control.tests.map(test => <span class="line code">{test}</span>),
          },
        ]}
      />
    </Desk>,
  );
}

/** All business systems, and what the visitor may do in each (D1-001, D1-032). */
export function renderSystemsPage(
  desk: DeskContext,
  systems: readonly BusinessSystem[],
  rolesIn: (systemId: string) => readonly string[],
): string {
  const { page } = desk;
  const { language } = page;
  const named = (system: BusinessSystem, codes: readonly string[]) =>
    system.roles
      .filter(({ code }) => codes.includes(code))
      .map(({ name, nameEn }) => <span class="line">{language === 'zh' ? name : nameEn}</span>);
  return renderDocument(
    <Desk desk={desk} title={SYSTEMS.title[language]}>
      <Head title={SYSTEMS.title[language]} about={SYSTEMS.about[language]} />
      <DataTable
        page={page}
        name={SYSTEMS.title[language]}
        rows={systems}
        columns={[
          {
            head: SYSTEMS.system[language],
            cell: system => (
              <>
                {language === 'zh' ? system.name : system.nameEn}
                <span class="sub">{language === 'zh' ? system.nameEn : system.name}</span>
              </>
            ),
          },
          { head: SYSTEMS.address[language], cell: system => <span class="code break">{system.origin}</span> },
          {
            head: SYSTEMS.roles[language],
            cell: system =>
              named(
                system,
                system.roles.map(({ code }) => code),
              ),
          },
          {
            head: SYSTEMS.mine[language],
            cell: system => {
              const mine = rolesIn(system.id);
              return mine.length === 0 ? <span class="soft">{SYSTEMS.none[language]}</span> : named(system, mine);
            },
          },
        ]}
      />
    </Desk>,
  );
}

/** Who has not acknowledged the rules in force (D1-095). */
export function renderAcknowledgements(
  desk: DeskContext,
  missing: readonly Account[],
  names: Pick<AccountList, 'organisations' | 'units'>,
  version: string,
): string {
  const { page } = desk;
  const { language } = page;
  return renderDocument(
    <Desk desk={desk} title={ACKNOWLEDGEMENTS.title[language]}>
      <Head title={ACKNOWLEDGEMENTS.title[language]} about={ACKNOWLEDGEMENTS.about[language]} />
      <p class="table-note">
        {ACKNOWLEDGEMENTS.version[language]} {version}・{missing.length}
      </p>
      <DataTable
        page={page}
        name={ACKNOWLEDGEMENTS.title[language]}
        rows={missing}
        whenEmpty={ACKNOWLEDGEMENTS.everybody[language]}
        columns={[
          {
            head: ACCOUNTS.account[language],
            isShort: true,
            cell: ({ id, loginName, name }) => (
              <>
                <a href={`/accounts/${id}`}>{loginName}</a>
                <span class="sub">{name}</span>
              </>
            ),
          },
          {
            head: ACCOUNTS.organisation[language],
            cell: ({ organisationId, unitId }) => (
              <>
                {names.organisations.get(organisationId)?.name ?? ''}
                <span class="sub">{names.units.get(unitId ?? '')?.name ?? ''}</span>
              </>
            ),
          },
        ]}
      />
    </Desk>,
  );
}

function Head(props: { readonly title: string; readonly about: string }): JSX.Element {
  return (
    <header class="page-head">
      <div>
        <h1>{props.title}</h1>
        <p>{props.about}</p>
      </div>
    </header>
  );
}
