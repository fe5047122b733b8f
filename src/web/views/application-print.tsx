import type { ComponentChildren, JSX } from 'preact';
import { formatTaipeiTime } from '../../calendar/taipei-day.ts';
import { FORMS } from '../../applications/forms.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import type { ApplicationView } from '../../flows/applications/view-application.ts';
import type { DeskContext } from '../desk-context.ts';
import type { PageContext } from '../page-context.ts';
import { APPLICATIONS, STAGE_WORDS } from '../texts/applications.ts';
import { shownHash, wordsOfAct } from '../paper-content.ts';
import { packSections } from '../print-sheets.ts';
import { baseOf, pageOf, type ApplicationFrame } from './application-frame.tsx';
import { PaperPurpose, PaperSections, PaperTitle, SignatureBoxes } from './application-paper.tsx';
import { Desk } from './desk.tsx';
import { Document, renderDocument } from './document.tsx';
import { Leave } from './frame-parts.tsx';
import { Icon } from './icons.tsx';

interface PrintProps {
  readonly frame: ApplicationFrame;
  readonly view: ApplicationView;
  readonly systems: readonly BusinessSystem[];
  readonly printedBy: string;
  readonly printedAt: Date;
}

/** Rows of the history that fit on the second sheet beside its other parts. */
const ACTS_A_SHEET = 18;

/** The form on A4: number, page x/y, signature boxes and the notice of ownership on every sheet (D1-004, D1-180…182). */
export function renderPrint(props: PrintProps): string {
  const { frame, view, systems } = props;
  const page = pageOf(frame);
  const { language } = page;
  const paper = { page, view, systems };
  const { acts, application } = view;
  const hash = shownHash(view);
  const packed = packSections(FORMS[application.form], application.values, application.isForAnother ? 3 : 2);
  const sheets: ComponentChildren[] = packed.map(({ sections, hasSignatures }) => (
    <>
      <PaperSections {...paper} only={sections} />
      {hasSignatures && <SignatureBoxes {...paper} />}
    </>
  ));
  for (let first = 0; first < Math.max(acts.length, 1); first += ACTS_A_SHEET) {
    const isLast = first + ACTS_A_SHEET >= acts.length;
    sheets.push(
      <>
        <HistoryTable page={page} acts={acts.slice(first, first + ACTS_A_SHEET)} />
        {isLast && (
          <>
            {hash !== null && (
              <section>
                <h2>{APPLICATIONS.valuesHash[language]}</h2>
                <p class="code break">{hash}</p>
              </section>
            )}
            <PaperPurpose page={page} view={view} />
          </>
        )}
      </>,
    );
  }
  return renderDocument(
    <Document page={page} title={application.number}>
      <header class="print-bar">
        <a href={`${baseOf(frame)}/${application.number}`}>
          <Icon name="back" />
          {APPLICATIONS.backToIt[language]}
        </a>{' '}
        <span class="soft">{APPLICATIONS.print[language]}</span>
        <Leave page={page} />
      </header>
      <main id="main">
        {sheets.map((sheet, index) => (
          <Sheet {...props} number={index + 1} of={sheets.length} isLong={packed[index]?.isLong ?? false}>
            <PaperTitle {...paper} continued={index > 0} />
            <div>{sheet}</div>
          </Sheet>
        ))}
      </main>
    </Document>,
  );
}

function Sheet(
  props: PrintProps & {
    readonly number: number;
    readonly of: number;
    readonly isLong: boolean;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const { frame, view, printedBy, printedAt, number, of, isLong } = props;
  const page = pageOf(frame);
  const { language, settings } = page;
  const form = FORMS[view.application.form];
  return (
    <article class={isLong ? 'a4 a4-long' : 'a4'}>
      <p class="bind" aria-hidden="true">
        <span>裝</span>
        <span>訂</span>
        <span>線</span>
      </p>
      {props.children}
      <footer class="a4-foot">
        <div>
          <p lang="zh-Hant-TW">{settings.ownershipNotice.zh}</p>
          <p lang="en">{settings.ownershipNotice.en}</p>
          <p>
            {APPLICATIONS.printedBy[language]}：{printedBy}　{formatTaipeiTime(printedAt)}（UTC+8）　
            {form.references.map(each => each.id).join('、')}
          </p>
        </div>
        <p class="page-no">
          {APPLICATIONS.pageOf[language].replace('{page}', String(number)).replace('{pages}', String(of))}
        </p>
      </footer>
    </article>
  );
}

function HistoryTable({
  page,
  acts,
}: {
  readonly page: PageContext;
  readonly acts: ApplicationView['acts'];
}): JSX.Element {
  const { language } = page;
  return (
    <section>
      <h2>{APPLICATIONS.history[language]}</h2>
      <table class="box">
        <tbody>
          {acts.map(act => (
            <tr>
              <td class="nowrap">{formatTaipeiTime(act.at)}</td>
              <td class="nowrap">{act.actor.name}</td>
              <td>
                {act.stage !== null && `${STAGE_WORDS[act.stage][language]}：`}
                {wordsOfAct(act)
                  .map(words => words[language])
                  .join('・')}
              </td>
              <td class="break prose">{act.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What the letter to 本署 says, to be taken over into the agency's document system (D1-021). */
export function renderLetterSheet(props: {
  readonly desk: DeskContext;
  readonly sheet: {
    readonly addressee: string;
    readonly sender: string;
    readonly subject: string;
    readonly number: string;
    readonly attachments: readonly string[];
  };
}): string {
  const { desk, sheet } = props;
  const { language } = desk.page;
  const parents = [{ href: `/applications/${sheet.number}`, label: sheet.number }];
  const words = {
    zh: ['受文者', '發文機關', '主旨', '附件'],
    en: ['Addressee', 'From', 'Subject', 'Enclosures'],
  } as const;
  const [addressee, sender, subject, enclosures] = words[language];
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.letterSheet[language]} parents={parents}>
      <h1>{APPLICATIONS.letterSheet[language]}</h1>
      <dl class="facts">
        <dt>{addressee}</dt>
        <dd>{sheet.addressee}</dd>
        <dt>{sender}</dt>
        <dd>{sheet.sender}</dd>
        <dt>{subject}</dt>
        <dd>{sheet.subject}</dd>
        <dt>{enclosures}</dt>
        <dd>
          {sheet.attachments.map(each => (
            <span class="line break">{each}</span>
          ))}
        </dd>
      </dl>
    </Desk>,
  );
}
