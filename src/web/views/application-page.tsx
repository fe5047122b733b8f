import type { JSX } from 'preact';
import type { Act } from '../../applications/application.ts';
import { stageAfter } from '../../applications/route.ts';
import type { BusinessSystem } from '../../flows/ports.ts';
import { ACT_WORDS, APPLICATIONS, CHECK_WORDS, STAGE_WORDS, STATUS_WORDS } from '../texts/applications.ts';
import { ROLE_NAMES } from '../texts/home.ts';
import { ApplicationActs, type ApplicationActsProps } from './application-acts.tsx';
import { ApplicationFiles } from './application-files.tsx';
import { baseOf, Framed, pageOf } from './application-frame.tsx';
import { PaperPurpose, PaperSections, PaperTitle, SignatureBoxes } from './application-paper.tsx';
import { renderDocument } from './document.tsx';
import { Instant } from './home-facts.tsx';
import { Icon, type IconName } from './icons.tsx';
import { StateChip } from './state-chip.tsx';

interface ApplicationPageProps extends ApplicationActsProps {
  readonly systems: readonly BusinessSystem[];
}

/** One application: the paper it stands for, beside it what the visitor may do, and its history. */
export function renderApplicationPage(props: ApplicationPageProps): string {
  return renderDocument(<ApplicationPage {...props} />);
}

function ApplicationPage(props: ApplicationPageProps): JSX.Element {
  const { frame, view, systems, retry } = props;
  const page = pageOf(frame);
  const { language } = page;
  const { application } = view;
  const base = baseOf(frame);
  const paper = { page, view, systems };
  const errors = retry?.errors ?? [];
  return (
    <Framed
      frame={frame}
      title={application.number}
      parents={[{ href: base, label: APPLICATIONS.own[language] }]}
      errors={errors}
    >
      <p class="case-bar">
        <StateChip page={page} {...STATUS_WORDS[application.status]} />
        {application.stage !== null && application.status === 'in-review' && (
          <StateChip page={page} tone="now" text={STAGE_WORDS[application.stage]} />
        )}{' '}
        <a href={`${base}/${application.number}/print`}>
          <Icon name="print" />
          {APPLICATIONS.printView[language]}
        </a>{' '}
        <a href={`${base}/${application.number}/pdf`}>{APPLICATIONS.pdf[language]}</a>
      </p>
      {view.isMasked && <Notice text={APPLICATIONS.masked[language]} />}
      {application.isForAnother && <Notice text={APPLICATIONS.forAnother[language]} />}
      <div class="case">
        <article class="paper">
          <PaperTitle {...paper} />
          <PaperSections {...paper} />
          {application.letter !== null && <LetterLines {...props} />}
          <SignatureBoxes {...paper} />
          <PaperPurpose {...paper} />
        </article>
        <div class="side">
          <SystemChecks {...props} />
          <ApplicationActs {...props} />
          {!view.isMasked && (
            <ApplicationFiles
              frame={frame}
              application={application}
              attachments={view.attachments}
              errors={errors}
              isOpen={false}
            />
          )}
          <History {...props} />
        </div>
      </div>
    </Framed>
  );
}

function Notice(props: { readonly text: string }): JSX.Element {
  return (
    <p class="notice">
      <Icon name="info" />
      <span>{props.text}</span>
    </p>
  );
}

function LetterLines({ frame, view }: ApplicationPageProps): JSX.Element {
  const { language } = pageOf(frame);
  const { letter } = view.application;
  return (
    <section aria-labelledby="p-letter">
      <h2 id="p-letter">{APPLICATIONS.letter[language]}</h2>
      <table class="box box-fields filled">
        <tbody>
          <tr>
            <th scope="row">{APPLICATIONS.letterNumber[language]}</th>
            <td>{letter?.number}</td>
          </tr>
          <tr>
            <th scope="row">{APPLICATIONS.letterDate[language]}</th>
            <td>{letter?.date}</td>
          </tr>
          <tr>
            <th scope="row">{APPLICATIONS.letterAgency[language]}</th>
            <td>{letter?.agency}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function SystemChecks({ frame, view }: ApplicationPageProps): JSX.Element | null {
  const { language } = pageOf(frame);
  if (view.checks.length === 0) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">{APPLICATIONS.checks[language]}</h2>
      <ul class="plain">
        {view.checks.map(check => (
          <li>
            <span class={`state state-plain state-${check.isGood ? 'ok' : 'stop'}`}>
              <Icon name={check.isGood ? 'ok' : 'warn'} />
              {CHECK_WORDS[check.code][check.isGood ? 'good' : 'bad'][language]}
            </span>
            {check.detail !== null && <span class="soft break"> {check.detail}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const ICONS: Readonly<Record<Act['kind'], IconName>> = {
  draft: 'draft',
  submit: 'ok',
  approve: 'ok',
  return: 'back',
  refuse: 'stop',
  withdraw: 'off',
  'record-letter': 'document',
  execute: 'ok',
  archive: 'document',
};

/** What was done, what is waited for, what is to come (D1-163, D1-164). */
function History({ frame, view }: ApplicationPageProps): JSX.Element {
  const { language } = pageOf(frame);
  const { application, acts } = view;
  const { stage, route } = application;
  const isUnderWay = application.status === 'in-review' && stage !== null;
  const following: JSX.Element[] = [];
  for (let next = isUnderWay ? stageAfter(route, stage) : null; next !== null; next = stageAfter(route, next)) {
    following.push(
      <li class="is-next">
        <Icon name="next" />
        <b>{STAGE_WORDS[next][language]}</b>
        {APPLICATIONS.next[language]}
      </li>,
    );
  }
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 id="history-title">{APPLICATIONS.history[language]}</h2>
      <ol class="timeline timeline-paper">
        {acts.map(act => (
          <li class={act.kind === 'return' || act.kind === 'refuse' ? 'is-wait' : undefined}>
            <Icon name={ICONS[act.kind]} />
            <b>
              {act.stage !== null && `${STAGE_WORDS[act.stage][language]}：`}
              {ACT_WORDS[act.kind][language]}
              {act.signature !== null && `，${APPLICATIONS.signed[language]}`}
            </b>
            {act.actor.name}
            {act.role !== null && `（${ROLE_NAMES[act.role][language]}）`}
            {act.onBehalfOf !== null && `・${APPLICATIONS.onBehalf[language]}`}
            <br />
            <Instant at={act.at} />
            {act.note !== '' && <blockquote class="prose">{act.note}</blockquote>}
          </li>
        ))}
        {isUnderWay && (
          <li class="is-now">
            <Icon name="now" />
            <b>{STAGE_WORDS[stage][language]}</b>
            {APPLICATIONS.here[language]}
          </li>
        )}
        {following}
      </ol>
    </section>
  );
}
