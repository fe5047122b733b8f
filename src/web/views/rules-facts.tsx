import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { PROCEDURES } from '../texts/rules/figures.ts';
import { RULES_FACTS } from '../texts/rules/rules-facts.ts';
import { Icon } from './icons.tsx';

/** Version, policy and references of the rules, from the configuration (D1-002, D1-073 … D1-075). */
export function RulesFacts(props: { readonly page: PageContext }): JSX.Element {
  const { language, settings } = props.page;
  const { version, securityPolicy, references } = settings.rulesOfUse;
  return (
    <section>
      <h2>{RULES_FACTS.title[language]}</h2>
      <dl class="facts">
        <dt>{RULES_FACTS.name[language]}</dt>
        <dd>{RULES_FACTS.fullName[language]}</dd>
        <dt>{RULES_FACTS.version[language]}</dt>
        <dd>{version}</dd>
        <dt>{RULES_FACTS.policy[language]}</dt>
        <dd>
          {securityPolicy === undefined ? (
            RULES_FACTS.noPolicy[language]
          ) : (
            <a href={securityPolicy.url} rel="noreferrer">
              {RULES_FACTS.version[language]} {securityPolicy.version}
              <Icon name="external" />
            </a>
          )}
        </dd>
        <dt>{RULES_FACTS.references[language]}</dt>
        <dd>
          {references.map(reference => (
            <span class="line">
              {reference.id} {reference[language]}
            </span>
          ))}
        </dd>
        <dt>{RULES_FACTS.procedures[language]}</dt>
        <dd>
          {[...PROCEDURES].map(([name, procedure]) => (
            <a class="line" href={`/figures/${name}`}>
              {procedure.title[language]}
            </a>
          ))}
        </dd>
      </dl>
    </section>
  );
}
