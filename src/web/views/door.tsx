import type { ComponentChildren, JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { FRAME } from '../texts/frame.ts';
import { Document } from './document.tsx';
import { Foot, LanguageSwitch, Leave, Plate } from './frame-parts.tsx';

/** The roomy frame: pages before login, and pages that stand alone. */
export function Door(props: {
  readonly page: PageContext;
  readonly title: string;
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const base = page.portalHref.replace(/\/$/, '');
  return (
    <Document page={page} title={props.title} scripts={props.scripts ?? []}>
      <div class="door">
        <header class="door-bar">
          <Plate page={page} />
          <nav class="door-links" aria-label={FRAME.languageAndHelp[page.language]}>
            <LanguageSwitch page={page} />
            <a href={`${base}/help/first-use`}>{FRAME.help[page.language]}</a>
            <Leave page={page} />
          </nav>
        </header>
        <main class="door-main" id="main">
          {props.children}
        </main>
        <Foot page={page} />
      </div>
    </Document>
  );
}
