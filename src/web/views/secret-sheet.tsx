import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { ACTIVATION, SECRET } from '../texts/credentials.ts';
import { Twin } from './document.tsx';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';

/** A secret that was just made, with everything that its holder needs on paper. */
export interface HandedSecret {
  readonly secret: string;
  readonly loginName: string;
  readonly name: string;
  readonly organisation: string;
  /** Where it is used, as browsers see it. */
  readonly href: string;
  readonly use:
    | { readonly kind: 'initial'; readonly expiresAt: Date }
    | { readonly kind: 'one-day'; readonly day: string; readonly applicationNumber: string };
}

/**
 * Shows a secret, this once, as the sheet that is handed over in person; printing the page prints the sheet alone. The
 * answer that holds it must not be kept (`Cache-Control: no-store`, which every page of the portal has).
 */
export function SecretSheet(props: { readonly page: PageContext; readonly handed: HandedSecret }): JSX.Element {
  const { page, handed } = props;
  const { language, settings } = page;
  const isInitial = handed.use.kind === 'initial';
  const title = isInitial ? SECRET.initialTitle : SECRET.dayTitle;
  const rows: readonly (readonly [Bilingual, JSX.Element | string])[] = [
    [SECRET.holder, handed.name],
    [SECRET.organisation, handed.organisation],
    [ACTIVATION.account, handed.loginName],
    ...(handed.use.kind === 'initial'
      ? ([[SECRET.validUntil, <Instant at={handed.use.expiresAt} />]] as const)
      : ([
          [SECRET.validOn, handed.use.day],
          [SECRET.application, handed.use.applicationNumber],
        ] as const)),
    [SECRET.where, handed.href],
  ];
  return (
    <>
      <p class="notice notice-wait" role="status">
        <Icon name="warn" />
        <span>
          {SECRET.once[language]} {SECRET.print[language]}
        </span>
      </p>
      <article class="paper secret-sheet" aria-labelledby="sheet-title">
        <header class="paper-head">
          <div class="paper-title">
            <p class="issuer">
              {language === 'zh' ? `${settings.agency.name} ${settings.agency.product}` : settings.agency.productEn}
            </p>
            <h2 id="sheet-title">{title[language]}</h2>
            <Twin page={page} text={title} />
          </div>
        </header>
        <p class="secret">
          <span>{SECRET.secret[language]}</span>
          <b class="code" id="secret" translate={false}>
            {handed.secret}
          </b>
        </p>
        <dl class="facts">
          {rows.map(([label, value]) => (
            <>
              <dt>{label[language]}</dt>
              <dd class="break">{value}</dd>
            </>
          ))}
        </dl>
        <p>{(isInitial ? SECRET.howInitial : SECRET.howDay)[language]}</p>
        <p>
          <b>{SECRET.caution[language]}</b>
        </p>
        <div class="signs">
          {[SECRET.signReceiver, SECRET.signRegistrar].map(label => (
            <div class="sign">
              <b>{label[language]}</b>
            </div>
          ))}
        </div>
        <p class="legal">{settings.ownershipNotice[language]}</p>
      </article>
    </>
  );
}
