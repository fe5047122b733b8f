import type { Application } from '../../applications/application.ts';
import type { DeskContext } from '../desk-context.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { SecretSheet, type HandedSecret } from './secret-sheet.tsx';

/** The secret that an execution has made, this once, as the sheet that is handed over (D1-146, D1-165). */
export function renderExecutedPage(props: {
  readonly desk: DeskContext;
  readonly application: Application;
  readonly handed: HandedSecret;
}): string {
  const { desk, application, handed } = props;
  const { language } = desk.page;
  const href = `/applications/${application.number}`;
  return renderDocument(
    <Desk desk={desk} title={APPLICATIONS.secretTitle[language]} parents={[{ href, label: application.number }]}>
      <h1>{APPLICATIONS.secretTitle[language]}</h1>
      <SecretSheet page={desk.page} handed={handed} />
      <p>
        <a class="button" href={href}>
          {APPLICATIONS.backToIt[language]}
        </a>
      </p>
    </Desk>,
  );
}
