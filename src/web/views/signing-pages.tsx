import type { DeskContext } from '../desk-context.ts';
import type { PendingDecision } from '../../applications/pending-decision.ts';
import type { PageContext } from '../page-context.ts';
import { ACT_WORDS } from '../texts/applications.ts';
import { APPLY } from '../texts/apply.ts';
import { SIGN_LINES, SIGNING } from '../texts/signing.ts';
import { CardForm } from './card-form.tsx';
import { LoginTemplates, ReaderLineContent } from './card-states.tsx';
import { Desk } from './desk.tsx';
import { renderDocument } from './document.tsx';
import { Pass } from './pass.tsx';

const SCRIPTS = ['islands/login.js'];

/** The way in for a card's holder without an account. */
export function renderApplyPage(page: PageContext): string {
  return renderDocument(
    <Pass page={page} title={APPLY.title} lead={APPLY.about} scripts={SCRIPTS}>
      <p class="reader" role="status" id="reader">
        <ReaderLineContent line={SIGN_LINES.ready} language={page.language} />
      </p>
      <CardForm
        page={page}
        purpose="apply"
        challengeHref="/apply/card/challenge"
        proofHref="/apply/card"
        submit={SIGNING.applySubmit}
        autofocus
      />
      <LoginTemplates page={page} lines={SIGN_LINES} />
    </Pass>,
  );
}

/** A decision, once more, and the card dialogue under it. */
export function renderSignPage(props: { readonly desk: DeskContext; readonly decision: PendingDecision }): string {
  const { desk, decision } = props;
  const { page } = desk;
  const { language } = page;
  const path = `/applications/${decision.number}`;
  return renderDocument(
    <Desk
      desk={desk}
      title={SIGNING.title[language]}
      parents={[{ href: path, label: decision.number }]}
      scripts={SCRIPTS}
    >
      <h1>{SIGNING.title[language]}</h1>
      <section class="pass">
        <p class="pass-lead">{SIGNING.about[language]}</p>
        <p class="pass-lead">
          <b>
            {decision.number}：{ACT_WORDS[decision.kind][language]}
          </b>
        </p>
        <blockquote class="pass-lead prose">{decision.note}</blockquote>
        <p class="reader" role="status" id="reader">
          <ReaderLineContent line={SIGN_LINES.ready} language={language} />
        </p>
        <CardForm
          page={page}
          purpose="sign"
          challengeHref={`${path}/sign/challenge`}
          proofHref={`${path}/sign/card`}
          submit={SIGNING.submit}
          autofocus
        />
        <LoginTemplates page={page} lines={SIGN_LINES} />
      </section>
    </Desk>,
  );
}
