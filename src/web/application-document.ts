import type { Act } from '../applications/application.ts';
import { isAskedFor, type FormSection } from '../applications/form.ts';
import { FORMS } from '../applications/forms.ts';
import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import type { BusinessSystem } from '../flows/ports.ts';
import type { DocumentPart, PrintedDocument, TwoLanguages } from '../flows/ports/files.ts';
import type { ApplicationView } from '../flows/applications/view-application.ts';
import { shownHash, shownValue, signatureBoxesOf, wordsOfAct } from './paper-content.ts';
import { APPLICATIONS, STAGE_WORDS } from './texts/applications.ts';

type RowsPart = Extract<DocumentPart, { kind: 'rows' }>;

/** The form as a document in both languages: what its print page says, from the same definition (D1-004, D1-180…182). */
export function composeApplicationDocument(
  view: ApplicationView,
  about: { readonly systems: readonly BusinessSystem[]; readonly printedBy: string; readonly printedAt: Date },
): PrintedDocument {
  const { application } = view;
  const form = FORMS[application.form];
  const { systems, printedBy, printedAt } = about;
  return {
    title: form.title,
    formNumber: form.id,
    documentNumber: application.number,
    printedBy,
    printedAt,
    parts: [
      ...form.sections.flatMap((section, index) => sectionParts(view, systems, section, index)),
      ...letterParts(view),
      signaturesPart(view),
      historyPart(view),
      ...hashParts(view),
      purposePart(view),
    ],
  };
}

function sectionParts(
  view: ApplicationView,
  systems: readonly BusinessSystem[],
  section: FormSection,
  index: number,
): DocumentPart[] {
  const { values } = view.application;
  const asked = section.fields.filter(field => isAskedFor(field, values));
  const heading = { zh: `${index + 1}. ${section.title.zh}`, en: section.title.en };
  const lines = asked
    .filter(field => field.kind !== 'grants')
    .map(field => ({ label: field.label, value: inBoth(shownValue(view, field)) }));
  const rows = index === 0 ? [...whoseRows(view), ...lines] : lines;
  const fields: DocumentPart[] = rows.length === 0 ? [] : [{ kind: 'rows', heading, rows }];
  if (!asked.some(field => field.kind === 'grants')) return fields;
  return [...fields, rightsPart(view, systems, fields.length === 0 ? heading : null)];
}

function whoseRows({ application, organisation }: ApplicationView): RowsPart['rows'] {
  const { subjectName, filer, isForAnother } = application;
  return [
    { label: APPLICATIONS.organisation, value: organisation.name },
    { label: APPLICATIONS.subject, value: subjectName },
    ...(isForAnother ? [{ label: APPLICATIONS.filer, value: filer.name }] : []),
  ];
}

function rightsPart(
  { application }: ApplicationView,
  systems: readonly BusinessSystem[],
  heading: TwoLanguages | null,
): DocumentPart {
  const shares = { row: 1, system: 3, role: 3, act: 2, reason: 4, validUntil: 3 } as const;
  return {
    kind: 'table',
    heading,
    columns: (['row', 'system', 'role', 'act', 'reason', 'validUntil'] as const).map(column => ({
      title: APPLICATIONS[column],
      share: shares[column],
    })),
    rows: application.values.grants.map((row, index) => {
      const system = systems.find(each => each.id === row.system);
      const role = system?.roles.find(each => each.code === row.role);
      const act = APPLICATIONS[row.act === 'remove' ? 'remove' : 'add'];
      const names = [system?.name ?? row.system, role?.name ?? row.role];
      return [String(index + 1), ...names, inBoth(act), row.reason, row.validUntil];
    }),
  };
}

function letterParts({ application: { letter } }: ApplicationView): DocumentPart[] {
  if (letter === null) return [];
  const rows = [
    { label: APPLICATIONS.letterNumber, value: letter.number },
    { label: APPLICATIONS.letterDate, value: letter.date },
    { label: APPLICATIONS.letterAgency, value: letter.agency },
  ];
  return [{ kind: 'rows', heading: APPLICATIONS.letterOfAgency, rows }];
}

function signaturesPart(view: ApplicationView): DocumentPart {
  const note = (act: Act) => [act.actor.name, formatTaipeiTime(act.at), ...wordsOfAct(act).map(inBoth)].join('\n');
  return {
    kind: 'signatures',
    heading: APPLICATIONS.signs,
    boxes: signatureBoxesOf(view).map(({ title, act }) => ({
      label: title,
      note: act === undefined ? null : note(act),
    })),
  };
}

function historyPart({ acts }: ApplicationView): DocumentPart {
  return {
    kind: 'table',
    heading: APPLICATIONS.history,
    columns: [
      { title: APPLICATIONS.at, share: 3 },
      { title: APPLICATIONS.who, share: 2 },
      { title: APPLICATIONS.act, share: 4 },
      { title: APPLICATIONS.note, share: 4 },
    ],
    rows: acts.map(act => [
      formatTaipeiTime(act.at),
      act.actor.name,
      [...(act.stage === null ? [] : [STAGE_WORDS[act.stage]]), ...wordsOfAct(act)].map(inBoth).join('\n'),
      act.note,
    ]),
  };
}

function hashParts(view: ApplicationView): DocumentPart[] {
  const hash = shownHash(view);
  return hash === null ? [] : [{ kind: 'text', heading: APPLICATIONS.valuesHash, text: hash }];
}

function purposePart({ application }: ApplicationView): DocumentPart {
  const { notes, purpose, references } = FORMS[application.form];
  const cited = references.map(({ id, title }) => `${id} ${title.zh} ${title.en}`).join('、');
  const lines = [...[...notes, purpose].flatMap(({ zh, en }) => [zh, en]), cited];
  return { kind: 'text', heading: APPLICATIONS.references, text: lines.join('\n') };
}

function inBoth(text: string | TwoLanguages): string {
  return typeof text === 'string' ? text : `${text.zh} ${text.en}`;
}
