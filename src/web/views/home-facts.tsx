import type { JSX } from 'preact';
import type { CertificateBinding } from '../../accounts/certificate-binding.ts';
import { formatTaipeiTime, toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { PortalPerson } from '../../flows/login/portal-session.ts';
import type { PageContext } from '../page-context.ts';
import type { StartPage } from '../start-page.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { HOME, METHOD_NAMES, ROLE_NAMES } from '../texts/home.ts';
import { SESSIONS } from '../texts/sessions.ts';
import { Icon, type IconName } from './icons.tsx';

/** A renewal can be applied for in the last 60 days of a certificate; from then on the page says so. */
const RENEWAL_WINDOW_MS = 60 * 86_400_000;

export function Instant(props: { readonly at: Date }): JSX.Element {
  return (
    <time class="nowrap" dateTime={toTaipeiIso(props.at)}>
      {formatTaipeiTime(props.at)}
    </time>
  );
}

/** How and since when the person is logged in. */
export function SessionFacts(props: { readonly page: PageContext; readonly person: PortalPerson }): JSX.Element {
  const { language } = props.page;
  const { session, idleUntil } = props.person;
  return (
    <section aria-labelledby="session">
      <h2 id="session">{HOME.session[language]}</h2>
      <dl class="facts">
        <dt>{HOME.method[language]}</dt>
        <dd>{METHOD_NAMES[session.method][language]}</dd>
        <dt>{HOME.since[language]}</dt>
        <dd>
          <Instant at={session.authenticatedAt} />
        </dd>
        <dt>{HOME.idleUntil[language]}</dt>
        <dd>
          <Instant at={idleUntil} />
        </dd>
        <dt>{HOME.clientAddress[language]}</dt>
        <dd class="break">{session.clientAddress}</dd>
        <dt>{HOME.sessionReference[language]}</dt>
        <dd class="code break">{session.reference}</dd>
      </dl>
      <p>
        <a href="/sessions">{SESSIONS.ownTitle[language]}</a>
      </p>
    </section>
  );
}

/** Whose account it is. */
export function AccountFacts(props: { readonly page: PageContext; readonly person: PortalPerson }): JSX.Element {
  const { language } = props.page;
  const { access, organisation, unit } = props.person;
  const { account } = access;
  return (
    <section aria-labelledby="account">
      <h2 id="account">{HOME.account[language]}</h2>
      <dl class="facts">
        <dt>{HOME.name[language]}</dt>
        <dd>{account.name}</dd>
        <dt>{HOME.loginName[language]}</dt>
        <dd class="break">{account.loginName}</dd>
        <dt>{HOME.organisation[language]}</dt>
        <dd>{organisation.name}</dd>
        <dt>{HOME.unit[language]}</dt>
        <dd>{unit?.name ?? HOME.none[language]}</dd>
        <dt>{HOME.roles[language]}</dt>
        <dd>
          {account.roles.length === 0 && HOME.none[language]}
          {account.roles.map(role => (
            <span class="line">{ROLE_NAMES[role][language]}</span>
          ))}
        </dd>
      </dl>
    </section>
  );
}

/** The cards that open this account. */
export function CertificateList(props: { readonly page: PageContext; readonly start: StartPage }): JSX.Element {
  const { start } = props;
  const { language } = props.page;
  const usedNow = start.person.session.certificateSha256;
  return (
    <section aria-labelledby="certificates">
      <h2 id="certificates">{HOME.certificates[language]}</h2>
      {start.bindings.length === 0 && <p class="faint">{HOME.noCertificates[language]}</p>}
      {start.bindings.map(binding => (
        <dl class="facts">
          <dt>{HOME.certificate[language]}</dt>
          <dd>
            <ValidityChip page={props.page} binding={binding} at={start.at} />
            {binding.certificateSha256 === usedNow && <small class="soft"> {HOME.inUse[language]}</small>}
          </dd>
          <dt>{HOME.validUntil[language]}</dt>
          <dd>
            <Instant at={binding.notAfter} />
          </dd>
          <dt>{HOME.boundAt[language]}</dt>
          <dd>
            <Instant at={binding.boundAt} />
          </dd>
          <dt>{HOME.fingerprint[language]}</dt>
          <dd class="code">{binding.certificateSha256.slice(-8)}</dd>
        </dl>
      ))}
    </section>
  );
}

function ValidityChip(props: {
  readonly page: PageContext;
  readonly binding: CertificateBinding;
  readonly at: Date;
}): JSX.Element {
  const { state, icon, word } = validityOf(props.binding.notAfter, props.at);
  return (
    <span class={`state state-plain state-${state}`}>
      <Icon name={icon} />
      {word[props.page.language]}
    </span>
  );
}

function validityOf(
  notAfter: Date,
  at: Date,
): { readonly state: string; readonly icon: IconName; readonly word: Bilingual } {
  const leftMs = notAfter.getTime() - at.getTime();
  if (leftMs < 0) return { state: 'stop', icon: 'stop', word: HOME.expired };
  if (leftMs < RENEWAL_WINDOW_MS) return { state: 'wait', icon: 'wait', word: HOME.expiresSoon };
  return { state: 'ok', icon: 'ok', word: HOME.valid };
}
