import type { ComponentChildren, JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { HelpPage, HelpSection } from '../texts/help/help-page.ts';
import { HELP_PAGES } from '../texts/help/help-pages.ts';
import { FAILURE, FRAME } from '../texts/frame.ts';
import { LOGIN } from '../texts/login.ts';
import { Twin, renderDocument } from './document.tsx';
import { Door } from './door.tsx';
import { ReaderCheck } from './reader-check.tsx';
import { RulesFacts } from './rules-facts.tsx';
import { StepLink } from './story-parts.tsx';

interface HelpPageProps {
  readonly page: PageContext;
  /** Key of `HELP_PAGES`. */
  readonly name: string;
  readonly help: HelpPage;
}

/** A page of help. */
export function renderHelpPage(props: HelpPageProps): string {
  const isReader = props.name === 'reader';
  return renderDocument(
    <Help {...props} scripts={isReader ? ['islands/reader-check.js'] : []}>
      {isReader && <ReaderCheck page={props.page} />}
      {props.name === 'rules' && <RulesFacts page={props.page} />}
    </Help>,
  );
}

function Help(
  props: HelpPageProps & { readonly scripts: readonly string[]; readonly children: ComponentChildren },
): JSX.Element {
  const { page, help } = props;
  const { language } = page;
  return (
    <Door page={page} title={help.title[language]} scripts={props.scripts}>
      <div class="entry">
        <article class="help">
          <header>
            <h1>{help.title[language]}</h1>
            <Twin page={page} text={help.title} />
            <p class="lead">{help.lead[language]}</p>
          </header>
          {props.children}
          {help.sections.map(section => (
            <Section page={page} section={section} />
          ))}
        </article>
        <HelpMenu page={page} current={props.name} />
      </div>
    </Door>
  );
}

function Section(props: { readonly page: PageContext; readonly section: HelpSection }): JSX.Element {
  const { page, section } = props;
  const { language } = page;
  const items = section.list?.items.map(item => <li>{item[language]}</li>);
  return (
    <section>
      <h2>{section.heading[language]}</h2>
      {items &&
        (section.list?.ordered === true ? <ol class="plain-list">{items}</ol> : <ul class="plain-list">{items}</ul>)}
      {section.paragraphs?.map(paragraph => (
        <p>{paragraph[language]}</p>
      ))}
      {section.link && (
        <p class="do">
          <StepLink page={page} link={section.link} class="button" />
        </p>
      )}
    </section>
  );
}

function HelpMenu(props: { readonly page: PageContext; readonly current: string }): JSX.Element {
  const { language, settings } = props.page;
  return (
    <nav class="aside" aria-labelledby="help-menu">
      <h2 id="help-menu">{FRAME.help[language]}</h2>
      <ul>
        {[...HELP_PAGES].map(([name, help]) => (
          <li>
            <a href={`/help/${name}`} aria-current={name === props.current ? 'page' : undefined}>
              {help.title[language]}
            </a>
          </li>
        ))}
        <li>
          <a href="/login">{FAILURE.backToLogin[language]}</a>
        </li>
      </ul>
      <p>
        {LOGIN.helpDesk[language]} {settings.helpDesk.phone}
        <br />
        <span class="soft">{settings.helpDesk.hours[language]}</span>
      </p>
    </nav>
  );
}
