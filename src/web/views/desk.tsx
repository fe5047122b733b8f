import type { ComponentChildren, JSX } from 'preact';
import { formatTaipeiTime, toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError } from '../field-errors.ts';
import { FRAME } from '../texts/frame.ts';
import { ROLE_NAMES } from '../texts/home.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { Document } from './document.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { Foot, LanguageSwitch, LogoutForm, Plate } from './frame-parts.tsx';
import { Icon } from './icons.tsx';

/**
 * The working frame: pages of a person who is logged in. A form that comes back with errors says them first; then where
 * the page hangs.
 */
export function Desk(props: {
  readonly desk: DeskContext;
  readonly title: string;
  /** Pages above this one; left out on pages that the menu leads to. */
  readonly parents?: readonly { readonly href: string; readonly label: string }[];
  readonly errors?: readonly FieldError[];
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { page, person, menu, formToken } = props.desk;
  const { language } = page;
  const place = [person.organisation.name, person.unit?.name].filter(name => name !== undefined).join(' ');
  const roles = person.access.account.roles
    .map(role => ROLE_NAMES[role][language])
    .join(language === 'zh' ? '、' : ', ');
  return (
    <Document page={page} title={props.title} scripts={props.scripts ?? []}>
      <div class="desk">
        <header class="desk-top">
          <Plate page={page} />
          <div class="desk-bar">
            <div class="who">
              <Icon name="user" />
              <p>
                <b>{person.access.account.name}</b>
                <span>{[place, roles].filter(part => part !== '').join('・')}</span>
              </p>
            </div>
            <button class="button button-small button-quiet menu-button" type="button" popovertarget="nav">
              <Icon name="menu" />
              {FRAME.menu[language]}
            </button>
            <p class="time-left">
              <Icon name="wait" />
              <span>
                {FRAME.idleUntil[language]}
                <b>
                  <time dateTime={toTaipeiIso(person.idleUntil)}>{formatTaipeiTime(person.idleUntil).slice(5)}</time>
                </b>
              </span>
            </p>
            <LanguageSwitch page={page} />
            <LogoutForm page={page} formToken={formToken} />
          </div>
        </header>
        <nav class="desk-nav" id="nav" popover aria-label={FRAME.mainMenu[language]}>
          <button
            class="button button-small button-quiet menu-close"
            type="button"
            popovertarget="nav"
            popovertargetaction="hide"
          >
            <Icon name="close" />
            {FRAME.closeMenu[language]}
          </button>
          {menu.map((group, index) => (
            <>
              <p id={`nav-${index}`}>{group.title[language]}</p>
              <ul aria-labelledby={`nav-${index}`}>
                {group.links.map(link => (
                  <li>
                    <a href={link.href} aria-current={link.isCurrent ? 'page' : undefined}>
                      {link.label[language]}
                      {link.count !== null && link.count > 0 && (
                        <>
                          {' '}
                          <span class="count">{link.count}</span>
                        </>
                      )}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          ))}
        </nav>
        <main class="desk-main" id="main">
          <ErrorSummary page={page} errors={props.errors ?? []} />
          {props.parents !== undefined && <Breadcrumb page={page} parents={props.parents} here={props.title} />}
          {props.children}
        </main>
        <Foot page={page} class="desk-foot" />
      </div>
    </Document>
  );
}
