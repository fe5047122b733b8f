import type { JSX } from 'preact';
import type { BusinessSystem, SystemPage } from '../../flows/ports.ts';
import type { Declaration } from '../../policy/purpose.ts';
import type { PageContext } from '../page-context.ts';
import { fieldError } from '../texts/field-problems.ts';
import { CASE_WITH, howLong, PURPOSE } from '../texts/purpose.ts';
import { ChoiceField, TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { Pass } from './pass.tsx';

/** Asks, on a system's host, for what and in which case the person asks; comes back with what was typed. */
export function PurposePage(props: {
  readonly page: PageContext;
  readonly content: Extract<SystemPage, { kind: 'purpose' }>;
  readonly system: BusinessSystem;
}): JSX.Element {
  const { page, content, system } = props;
  const { language } = page;
  const { declared, typed, returnPath } = content;
  const errors = content.problems.map(problem => fieldError(problem, PURPOSE));
  const nameOf = ({ name, nameEn }: { readonly name: string; readonly nameEn: string }): string =>
    language === 'zh' ? name : nameEn;
  return (
    <Pass page={page} title={PURPOSE.title} lead={PURPOSE.lead} errors={errors} over={nameOf(system)}>
      <form class="pass-body" method="post" action="/.gateway/purpose">
        <input type="hidden" name="return" value={returnPath} />
        {declared !== null && (
          <p class="notice">
            <Icon name="ok" />
            <span>
              {PURPOSE.now[language]}
              {language === 'zh' ? '：' : ': '}
              {tell(declared, system, page)}
            </span>
          </p>
        )}
        <ChoiceField
          page={page}
          name="purpose"
          label={PURPOSE.purpose}
          isRequired
          value={typed.purpose}
          options={system.purposes.map(purpose => ({
            value: purpose.code,
            label: nameOf(purpose),
            about: CASE_WITH[purpose.case][language],
          }))}
          errors={errors}
        />
        {system.purposes.some(purpose => purpose.case !== 'none') && (
          <TextField
            page={page}
            name="case"
            label={PURPOSE.case}
            hint={PURPOSE.caseHint}
            value={typed.case}
            errors={errors}
          />
        )}
        <p class="hint">{howLong(system.purposeMs === null ? null : system.purposeMs / 60_000)[language]}</p>
        <div class="answers">
          <button class="button button-main" type="submit">
            {PURPOSE.submit[language]}
          </button>
          {declared !== null && (
            <a class="button" href={returnPath}>
              {PURPOSE.unchanged[language]}
            </a>
          )}
        </div>
      </form>
    </Pass>
  );
}

function tell({ purpose: code, case: number }: Declaration, { purposes }: BusinessSystem, page: PageContext): string {
  const purpose = purposes.find(each => each.code === code);
  const name = (page.language === 'zh' ? purpose?.name : purpose?.nameEn) ?? code;
  return `${name}${page.language === 'zh' ? '，' : ', '}${number ?? PURPOSE.withoutCase[page.language]}`;
}
