import type { JSX } from 'preact';
import type { ApplicationView } from '../../flows/applications/view-application.ts';
import type { FieldError, TypedValues } from '../field-errors.ts';
import { APPLICATIONS } from '../texts/applications.ts';
import { SIGNING } from '../texts/signing.ts';
import { ActionForm, ConfirmPanel } from './action-form.tsx';
import { baseOf, pageOf, tokenOf, type ApplicationFrame } from './application-frame.tsx';
import { ChoiceField, FileField, TextArea, TextField, type FieldProps } from './form-field.tsx';
import { Icon, type IconName } from './icons.tsx';
import type { Bilingual } from '../texts/bilingual.ts';

export interface ApplicationActsProps {
  readonly frame: ApplicationFrame;
  readonly view: ApplicationView;
  /** What was typed into a panel that came back. */
  readonly retry?: { readonly open: string; readonly typed: TypedValues; readonly errors: readonly FieldError[] };
}

/** What the visitor may do about the application now, one panel each. */
export function ApplicationActs(props: ApplicationActsProps): JSX.Element | null {
  const { frame, view } = props;
  const { language } = pageOf(frame);
  const { possible, application } = view;
  const path = `${baseOf(frame)}/${application.number}`;
  const isPassword = application.form === 'D-06-11';
  return (
    <>
      {possible.includes('submit') && (
        <p>
          <a class="button" href={`${path}/edit`}>
            <Icon name="draft" />
            {APPLICATIONS.edit[language]}
          </a>
        </p>
      )}
      {possible.includes('approve') && <Decision {...props} />}
      {possible.includes('record-letter') && (
        <>
          <LetterPanel {...props} />
          <Panel {...props} act="return" icon="back" title={APPLICATIONS.return} about={APPLICATIONS.returnAbout} />
          <Panel {...props} act="refuse" icon="stop" title={APPLICATIONS.refuse} about={APPLICATIONS.refuseAbout} />
        </>
      )}
      {possible.includes('execute') && (
        <>
          <Panel
            {...props}
            act="execute"
            icon="shield"
            title={isPassword ? APPLICATIONS.enable : APPLICATIONS.execute}
            about={isPassword ? APPLICATIONS.enableAbout : APPLICATIONS.executeAbout}
          />
          <Panel {...props} act="return" icon="back" title={APPLICATIONS.return} about={APPLICATIONS.returnAbout} />
        </>
      )}
      {possible.includes('archive') && (
        <Panel
          {...props}
          act="archive"
          icon="document"
          title={APPLICATIONS.archive}
          about={APPLICATIONS.archiveAbout}
        />
      )}
      {possible.includes('withdraw') && (
        <Panel {...props} act="withdraw" icon="off" title={APPLICATIONS.withdraw} about={APPLICATIONS.withdrawAbout} />
      )}
      {frame.kind === 'desk' && application.executedAt !== null && frame.desk.mayDecide && !view.isMasked && (
        <ActionForm action={`${path}/package`} formToken={tokenOf(frame)}>
          <button class="button" type="submit">
            <Icon name="down" />
            {APPLICATIONS.package[language]}
          </button>
        </ActionForm>
      )}
    </>
  );
}

/** Approve, return or refuse, with the mandatory note (D1-163, D1-171). */
function Decision(props: ApplicationActsProps): JSX.Element {
  const { frame, view, retry } = props;
  const page = pageOf(frame);
  const { language } = page;
  const choices = [
    ['approve', APPLICATIONS.approve, APPLICATIONS.approveAbout, 'ok', 'ok'],
    ['return', APPLICATIONS.return, APPLICATIONS.returnAbout, 'back', 'wait'],
    ['refuse', APPLICATIONS.refuse, APPLICATIONS.refuseAbout, 'stop', 'stop'],
  ] as const;
  const back = retry?.open === 'decide' ? retry : undefined;
  return (
    <section class="decide" aria-labelledby="decide-title">
      <h2 id="decide-title">{APPLICATIONS.decision[language]}</h2>
      <ActionForm action={`${baseOf(frame)}/${view.application.number}/decide`} formToken={tokenOf(frame)}>
        <input type="hidden" name="version" value={String(view.application.version)} />
        <ChoiceField
          page={page}
          name="result"
          label={APPLICATIONS.result}
          isRequired
          {...(back === undefined ? {} : { value: back.typed['result'] ?? '', errors: back.errors })}
          options={choices.map(([value, label, about, icon, tone]) => ({
            value,
            label: label[language],
            about: about[language],
            icon,
            tone,
          }))}
        />
        <TextArea {...noteField(props, 'decide')} isRequired rows={4} />
        <button class="button button-main button-wide" type="submit" name="do" value="sign">
          <Icon name="card" />
          {SIGNING.submit[language]}
        </button>
        <button class="button button-wide" type="submit" name="do" value="send">
          <Icon name="ok" />
          {APPLICATIONS.decide[language]}
        </button>
        <p class="faint">{APPLICATIONS.decideWarning[language]}</p>
      </ActionForm>
    </section>
  );
}

function Panel(
  props: ApplicationActsProps & {
    readonly act: 'execute' | 'return' | 'refuse' | 'archive' | 'withdraw';
    readonly icon: IconName;
    readonly title: Bilingual;
    readonly about: Bilingual;
  },
): JSX.Element {
  const { frame, view, act, icon, title, about, retry } = props;
  const isDecision = act === 'return' || act === 'refuse';
  return (
    <ConfirmPanel
      page={pageOf(frame)}
      title={title}
      about={about}
      warning={APPLICATIONS.decideWarning}
      button={title}
      icon={icon}
      action={`${baseOf(frame)}/${view.application.number}/${isDecision ? 'decide' : act}`}
      formToken={tokenOf(frame)}
      isOpen={act === 'execute' || retry?.open === act}
    >
      <input type="hidden" name="version" value={String(view.application.version)} />
      {isDecision && <input type="hidden" name="result" value={act} />}
      <TextArea {...noteField(props, act)} isRequired={isDecision} />
    </ConfirmPanel>
  );
}

function LetterPanel(props: ApplicationActsProps): JSX.Element {
  const { frame, view, retry } = props;
  const page = pageOf(frame);
  const path = `${baseOf(frame)}/${view.application.number}`;
  const field = (name: string) => ({
    page,
    name,
    isRequired: true,
    value: retry?.typed[name] ?? (name === 'agency' ? view.organisation.name : ''),
    errors: retry?.errors ?? [],
  });
  return (
    <section class="decide" aria-labelledby="letter-title">
      <h2 id="letter-title">{APPLICATIONS.letter[page.language]}</h2>
      <p class="notice">
        <Icon name="info" />
        <span>
          {APPLICATIONS.letterAbout[page.language]}{' '}
          <a href={`${path}/letter-sheet`}>{APPLICATIONS.letterSheet[page.language]}</a>
        </span>
      </p>
      <ActionForm action={`${path}/letter`} formToken={tokenOf(frame)} isUpload>
        <input type="hidden" name="version" value={String(view.application.version)} />
        <TextField {...field('number')} label={APPLICATIONS.letterNumber} />
        <TextField
          {...field('date')}
          label={APPLICATIONS.letterDate}
          hint={APPLICATIONS.dateHint}
          inputMode="numeric"
        />
        <TextField {...field('agency')} label={APPLICATIONS.letterAgency} />
        <FileField {...field('file')} label={APPLICATIONS.letterFile} hint={APPLICATIONS.fileHint} />
        <button class="button button-main button-wide" type="submit">
          <Icon name="document" />
          {APPLICATIONS.letter[page.language]}
        </button>
      </ActionForm>
    </section>
  );
}

/** Several panels have a note; the one that came back with errors has the plain id that the summary links to. */
function noteField({ frame, retry, view }: ApplicationActsProps, panel: string): FieldProps {
  const isBack = retry?.open === panel;
  const isOnly = panel === 'decide' && view.possible.includes('approve');
  return {
    page: pageOf(frame),
    name: isBack || (isOnly && retry === undefined) ? 'note' : `note-${panel}`,
    submitAs: 'note',
    label: APPLICATIONS.note,
    hint: APPLICATIONS.noteHint,
    ...(isBack ? { value: retry.typed['note'] ?? '', errors: retry.errors } : {}),
  };
}
