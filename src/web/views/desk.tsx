import type { ComponentChildren, JSX } from 'preact';
import { formatTaipeiTime, toTaipeiIso } from '../../calendar/taipei-day.ts';
import type { PortalPerson } from '../../flows/portal-session.ts';
import type { PageContext } from '../page-context.ts';
import { FRAME } from '../texts/frame.ts';
import { ROLE_NAMES } from '../texts/home.ts';
import { Document } from './document.tsx';
import { Foot, LanguageSwitch, Plate } from './frame-parts.tsx';
import { Icon } from './icons.tsx';

/** A group of the main menu. */
export interface MenuGroup {
  readonly title: string;
  readonly links: readonly { readonly href: string; readonly label: string; readonly isCurrent?: boolean }[];
}

/** The working frame: pages of a person who is logged in. */
export function Desk(props: {
  readonly page: PageContext;
  readonly title: string;
  readonly person: PortalPerson;
  readonly formToken: string;
  readonly menu: readonly MenuGroup[];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { page, person } = props;
  const { language } = page;
  const place = [person.organisation.name, person.unit?.name].filter(name => name !== undefined).join(' ');
  const roles = person.access.account.roles
    .map(role => ROLE_NAMES[role][language])
    .join(language === 'zh' ? '、' : ', ');
  return (
    <Document page={page} title={props.title}>
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
            <form method="post" action="/logout">
              <input type="hidden" name="token" value={props.formToken} />
              <button class="button button-small button-quiet" type="submit">
                <Icon name="exit" />
                {FRAME.logOut[language]}
              </button>
            </form>
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
          {props.menu.map((group, index) => (
            <>
              <p id={`nav-${index}`}>{group.title}</p>
              <ul aria-labelledby={`nav-${index}`}>
                {group.links.map(link => (
                  <li>
                    <a href={link.href} aria-current={link.isCurrent === true ? 'page' : undefined}>
                      {link.label}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          ))}
        </nav>
        <main class="desk-main" id="main">
          {props.children}
        </main>
        <Foot page={page} class="desk-foot" />
      </div>
    </Document>
  );
}
