import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { RULE_CLAUSES, RULES } from '../texts/credentials.ts';
import { ActionForm } from './action-form.tsx';
import { renderDocument } from './document.tsx';
import { Icon } from './icons.tsx';
import { Pass } from './pass.tsx';

/** The rules with the button that acknowledges them in the version that is shown. */
export function RuleList(props: {
  readonly page: PageContext;
  readonly version: string;
  readonly action: string;
  readonly formToken: string;
  readonly trip?: string | undefined;
}): JSX.Element {
  const { language } = props.page;
  return (
    <div class="pass-body">
      <p class="soft">
        {RULES.version[language]} {props.version}
      </p>
      <ol class="rules">
        {RULE_CLAUSES.map(clause => (
          <li>{clause[language]}</li>
        ))}
      </ol>
      <ActionForm action={props.action} formToken={props.formToken}>
        <input type="hidden" name="version" value={props.version} />
        {props.trip !== undefined && <input type="hidden" name="trip" value={props.trip} />}
        <button class="button button-main button-wide" type="submit">
          <Icon name="ok" />
          {RULES.acknowledge[language]}
        </button>
      </ActionForm>
    </div>
  );
}

/** The rules before anything else, for somebody who is logged in. */
export function renderRulesPage(props: {
  readonly page: PageContext;
  readonly version: string;
  readonly formToken: string;
  readonly trip: string | undefined;
}): string {
  return renderDocument(
    <Pass page={props.page} title={RULES.title} lead={RULES.lead}>
      <RuleList {...props} action="/rules/acknowledge" />
    </Pass>,
  );
}
