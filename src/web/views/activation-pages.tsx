import type { JSX } from 'preact';
import { ACTIVATION_STEPS, type ActivationStand, type ActivationStep } from '../../accounts/activation.ts';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { ACTIVATION, PASSWORD, RULES } from '../texts/credentials.ts';
import { BIND_LINES } from '../texts/login.ts';
import { ActionForm } from './action-form.tsx';
import { CardForm } from './card-form.tsx';
import { LoginTemplates, ReaderLineContent } from './card-states.tsx';
import { renderDocument } from './document.tsx';
import { TextField } from './form-field.tsx';
import { Icon } from './icons.tsx';
import { Pass } from './pass.tsx';
import { NewPasswordForm, SecretField } from './password-form.tsx';
import { RuleList } from './rules-page.tsx';

/** The way in by account and secret: of a first activation, or of a new card. */
export function renderBeginPage(props: {
  readonly page: PageContext;
  readonly aim: 'activation' | 're-binding';
  readonly formToken: string;
  readonly account: string;
  readonly errors: readonly FieldError[];
}): string {
  const { page, aim, errors } = props;
  const isFirst = aim === 'activation';
  return renderDocument(
    <Pass
      page={page}
      title={isFirst ? ACTIVATION.title : ACTIVATION.rebindTitle}
      lead={isFirst ? ACTIVATION.lead : ACTIVATION.rebindLead}
      errors={errors}
      progress={isFirst ? <Progress page={page} at={null} /> : undefined}
    >
      <ActionForm action={isFirst ? '/activate' : '/rebind'} formToken={props.formToken} class="pass-body">
        <TextField
          page={page}
          name="account"
          label={ACTIVATION.account}
          value={props.account}
          autoComplete="username"
          isRequired
          errors={errors}
        />
        <SecretField
          page={page}
          name="secret"
          label={isFirst ? ACTIVATION.secret : ACTIVATION.password}
          hint={isFirst ? ACTIVATION.secretHint : ACTIVATION.passwordHint}
          autoComplete="current-password"
          errors={errors}
        />
        <button class="button button-main button-wide" type="submit">
          <Icon name="enter" />
          {ACTIVATION.begin[page.language]}
        </button>
      </ActionForm>
    </Pass>,
  );
}

export interface StepPageProps {
  readonly page: PageContext;
  readonly account: string;
  readonly stand: ActivationStand;
  readonly rulesVersion: string;
  readonly formToken: string;
  readonly errors: readonly FieldError[];
}

/** The step that is pending, and no other. */
export function renderStepPage(props: StepPageProps): string {
  return renderDocument(<StepPage {...props} />);
}

function StepPage(props: StepPageProps): JSX.Element {
  const { page, stand, formToken, errors } = props;
  const step = stand.kind === 'step' ? stand.step : 'certificate';
  const frame = {
    page,
    errors,
    over: `${ACTIVATION.forAccount[page.language]} ${props.account}`,
    progress: stand.kind === 'done' ? undefined : <Progress page={page} at={step} />,
  };
  if (stand.kind === 'waiting-for-registrar') {
    return (
      <Pass {...frame} title={ACTIVATION.waitingTitle} lead={ACTIVATION.waitingLead} scripts={CARD_SCRIPTS}>
        <details class="fold">
          <summary>
            <Icon name="chevron" />
            {ACTIVATION.otherCard[page.language]}
          </summary>
          <SignPart page={page} />
        </details>
      </Pass>
    );
  }
  if (stand.kind === 'done') {
    return (
      <Pass {...frame} title={ACTIVATION.activeTitle} lead={ACTIVATION.activeLead} scripts={CARD_SCRIPTS}>
        <p class="pass-lead">
          <a class="button" href="/login">
            {ACTIVATION.logIn[page.language]}
          </a>
        </p>
        <SignPart page={page} />
      </Pass>
    );
  }
  switch (step) {
    case 'password':
      return (
        <Pass {...frame} title={PASSWORD.title} lead={PASSWORD.lead}>
          <NewPasswordForm page={page} action="/activate/password" formToken={formToken} errors={errors} />
        </Pass>
      );
    case 'rules':
      return (
        <Pass {...frame} title={RULES.title} lead={RULES.lead}>
          <RuleList page={page} version={props.rulesVersion} action="/activate/rules" formToken={formToken} />
        </Pass>
      );
    case 'certificate':
      return (
        <Pass {...frame} title={ACTIVATION.signTitle} lead={ACTIVATION.signLead} scripts={CARD_SCRIPTS}>
          <SignPart page={page} />
        </Pass>
      );
  }
}

const CARD_SCRIPTS = ['islands/login.js'];

function SignPart(props: { readonly page: PageContext }): JSX.Element {
  const { page } = props;
  return (
    <>
      <p class="reader" role="status" id="reader">
        <ReaderLineContent line={BIND_LINES.ready} language={page.language} />
      </p>
      <CardForm
        page={page}
        purpose="bind"
        challengeHref="/activate/card/challenge"
        proofHref="/activate/card"
        submit={ACTIVATION.signSubmit}
      />
      <LoginTemplates page={page} lines={BIND_LINES} />
    </>
  );
}

const STEP_NAMES: Readonly<Record<ActivationStep, Bilingual>> = {
  password: ACTIVATION.stepPassword,
  rules: ACTIVATION.stepRules,
  certificate: ACTIVATION.stepCertificate,
};

/** The three steps with what is done, what is now and what is to come. */
function Progress(props: { readonly page: PageContext; readonly at: ActivationStep | null }): JSX.Element {
  const { page, at } = props;
  const { language } = page;
  const now = at === null ? -1 : ACTIVATION_STEPS.indexOf(at);
  return (
    <ol class="progress" aria-label={ACTIVATION.progress[language]}>
      {ACTIVATION_STEPS.map((step, index) => {
        const stand = index < now ? 'done' : index === now ? 'now' : 'later';
        const word = { done: ACTIVATION.stepDone, now: ACTIVATION.stepNow, later: ACTIVATION.stepLater }[stand];
        return (
          <li class={`is-${stand}`} aria-current={stand === 'now' ? 'step' : undefined}>
            <Icon name={stand === 'done' ? 'ok' : stand === 'now' ? 'now' : 'next'} />
            <span>
              <b>{STEP_NAMES[step][language]}</b>
              <small>{word[language]}</small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** After the last step: nobody is logged in yet, the card does that. */
export function renderActivatedPage(page: PageContext): string {
  return renderDocument(
    <Pass page={page} title={ACTIVATION.doneTitle} lead={ACTIVATION.doneLead}>
      <p class="pass-body">
        <a class="button button-main button-wide" href="/login">
          <Icon name="card" />
          {ACTIVATION.logIn[page.language]}
        </a>
      </p>
    </Pass>,
  );
}
