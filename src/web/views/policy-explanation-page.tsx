import type { JSX } from 'preact';
import type { Explanation } from '../../flows/login/explain-decision.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { METHODS } from '../session-list.ts';
import { METHOD_NAMES } from '../texts/home.ts';
import { RULE_MISMATCHES, POLICY, REASONS } from '../texts/policy.ts';
import { describeRule } from '../texts/rule-words.ts';
import { DataTable, type Column } from './data-table.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { SelectField, TextField } from './form-field.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

interface PolicyExplanationProps {
  readonly desk: DeskContext;
  readonly typed: TypedValues;
  readonly errors: readonly FieldError[];
  /** Null: nothing has been asked, or not so that it could be answered. */
  readonly explanation: Explanation | null;
}

const REQUEST_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Asks for an account and a request, and says what would be decided, rule by rule. */
export function renderPolicyExplanation(props: PolicyExplanationProps): string {
  const { desk, explanation, errors } = props;
  const { language } = desk.page;
  return renderDocument(
    <Desk desk={desk} title={POLICY.title[language]} errors={errors}>
      <header class="page-head">
        <div>
          <h1>{POLICY.title[language]}</h1>
          <p>{POLICY.about[language]}</p>
        </div>
      </header>
      <Question {...props} />
      {explanation !== null && <Answer desk={desk} explanation={explanation} />}
    </Desk>,
  );
}

function Question({ desk, typed, errors }: PolicyExplanationProps): JSX.Element {
  const { page } = desk;
  const { language } = page;
  const field = (name: string) => ({ page, name, value: typed[name] ?? '', errors });
  const method = typed['method'] ?? '';
  const methods = method === '' || REQUEST_METHODS.includes(method) ? REQUEST_METHODS : [...REQUEST_METHODS, method];
  return (
    <form class="search" action="/policy/explain" method="get" role="search" aria-label={POLICY.title[language]}>
      <TextField {...field('account')} label={POLICY.account} isRequired />
      <SelectField
        {...field('method')}
        label={POLICY.method}
        value={method === '' ? 'GET' : method}
        options={methods.map(value => ({ value, label: value }))}
      />
      <TextField {...field('url')} label={POLICY.url} isRequired />
      <TextField {...field('from')} label={POLICY.from} />
      <TextField {...field('at')} label={POLICY.at} />
      <SelectField
        {...field('login')}
        label={POLICY.login}
        value={typed['login'] === '' ? 'card' : (typed['login'] ?? 'card')}
        options={METHODS.map(value => ({ value, label: METHOD_NAMES[value][language] }))}
      />
      <SelectField
        {...field('purpose')}
        label={POLICY.purpose}
        empty={POLICY.notDeclared}
        options={[{ value: '1', label: POLICY.declared[language] }]}
      />
      <button class="button" type="submit">
        <Icon name="search" />
        {POLICY.ask[language]}
      </button>
      <p class="hint">{POLICY.hints[language]}</p>
    </form>
  );
}

function Answer(props: { readonly desk: DeskContext; readonly explanation: Explanation }): JSX.Element {
  const { explanation } = props;
  const { page } = props.desk;
  const { language } = page;
  const { allow, reason, system, path, roles, at, considered } = explanation;
  const nameOf = (code: string): string => {
    const role = system.roles.find(each => each.code === code);
    return role === undefined ? code : `${language === 'zh' ? role.name : role.nameEn} (${code})`;
  };
  return (
    <>
      <section aria-labelledby="answer">
        <h2 id="answer">{POLICY.answer[language]}</h2>
        <dl class="facts">
          <dt>{POLICY.verdict[language]}</dt>
          <dd>
            <StateChip page={page} tone={allow ? 'ok' : 'stop'} text={allow ? POLICY.allowed : POLICY.denied} />
          </dd>
          <dt>{POLICY.reason[language]}</dt>
          <dd>
            {REASONS[reason][language]} <code>{reason}</code>
          </dd>
          <dt>{POLICY.system[language]}</dt>
          <dd>{language === 'zh' ? system.name : system.nameEn}</dd>
          <dt>{POLICY.path[language]}</dt>
          <dd class="break">{path}</dd>
          <dt>{POLICY.roles[language]}</dt>
          <dd>
            {roles.length === 0 ? POLICY.noRoles[language] : roles.map(nameOf).join(language === 'zh' ? '、' : ', ')}
          </dd>
          <dt>{POLICY.at[language]}</dt>
          <dd>
            <Instant at={at} />
          </dd>
        </dl>
      </section>
      <section aria-labelledby="rules">
        <h2 id="rules">{POLICY.rules[language]}</h2>
        {considered.length === 0 ? (
          <p class="soft">{POLICY.notAsked[language]}</p>
        ) : (
          <>
            <p class="table-note">{POLICY.rulesAbout[language]}</p>
            <DataTable
              page={page}
              name={POLICY.rules[language]}
              columns={columnsOf(props)}
              rows={numbered(explanation)}
            />
          </>
        )}
      </section>
    </>
  );
}

type Considered = Explanation['considered'][number] & { readonly number: number };

function numbered({ considered }: Explanation): Considered[] {
  return considered.map((each, index) => ({ ...each, number: index + 1 }));
}

function columnsOf({ desk, explanation }: Parameters<typeof Answer>[0]): Column<Considered>[] {
  const { page } = desk;
  const { language } = page;
  return [
    { head: POLICY.rule[language], isShort: true, cell: ({ number }) => String(number) },
    {
      head: POLICY.says[language],
      cell: ({ rule }) => describeRule(rule, language).map(part => <span class="sub break">{part}</span>),
    },
    {
      head: POLICY.verdict[language],
      cell: ({ mismatch }) =>
        mismatch === null ? (
          <>
            <StateChip page={page} tone={explanation.allow ? 'ok' : 'stop'} text={POLICY.counts} isPlain />
            <span class="sub">{REASONS[explanation.reason][language]}</span>
          </>
        ) : (
          RULE_MISMATCHES[mismatch][language]
        ),
    },
  ];
}
