import type { Act } from '../applications/application.ts';
import type { FormField } from '../applications/form.ts';
import { hashValues } from '../applications/sheet.ts';
import { DUTY_OF_STAGE, isExecution } from '../applications/stage.ts';
import { formatRocDay } from '../calendar/roc-date.ts';
import type { ApplicationView } from '../flows/applications/view-application.ts';
import type { Bilingual } from './texts/bilingual.ts';
import { ACT_WORDS, APPLICATIONS, STAGE_WORDS } from './texts/applications.ts';

/** What stands on the paper of an application, whether it becomes a page, a print or a PDF. */

/** Choices by their words, days by the calendar of the Republic, everything else as it was written. */
export function shownValue(view: ApplicationView, field: FormField): string | Bilingual {
  const value = view.application.values.fields[field.name] ?? '';
  if (field.choices === 'units') return view.units.find(each => each.code === value)?.name ?? value;
  if (field.choices !== undefined) return field.choices.find(each => each.value === value)?.label ?? value;
  return field.kind === 'day' && /^\d{4}-\d\d-\d\d$/.test(value) ? `${formatRocDay(value)}（${value}）` : value;
}

/** One box for each duty, also while nobody has signed in it. */
export function signatureBoxesOf({
  application,
  acts,
}: ApplicationView): { readonly title: Bilingual; readonly act: Act | undefined }[] {
  return [
    { title: APPLICATIONS.applicant, act: acts.findLast(act => act.kind === 'submit') },
    ...application.route
      .filter(stage => DUTY_OF_STAGE[stage] !== null)
      .map(stage => ({
        title: STAGE_WORDS[stage],
        act: acts.findLast(act => act.stage === stage && act.kind === (isExecution(stage) ? 'execute' : 'approve')),
      })),
  ];
}

/** What was done, and how: as a deputy, signed by card. */
export function wordsOfAct(act: Act): Bilingual[] {
  return [
    ACT_WORDS[act.kind],
    ...(act.onBehalfOf === null ? [] : [APPLICATIONS.onBehalf]),
    ...(act.signature === null ? [] : [APPLICATIONS.signed]),
  ];
}

/** Hash of the form; null for whoever sees it masked: from it what is hidden could be guessed and tried (D1-083). */
export function shownHash({ application, isMasked }: ApplicationView): string | null {
  return isMasked ? null : hashValues(application);
}
