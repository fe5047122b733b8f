import type { ComponentChildren, JSX, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PageContext } from '../page-context.ts';
import { HTML_LANG, otherLanguage, type Bilingual } from '../texts/bilingual.ts';
import { FRAME } from '../texts/frame.ts';
import { IconSprite } from './icons.tsx';
import { SessionWatch } from './session-watch.tsx';

/** Renders a page; everything that is not markup of ours is escaped by the renderer. */
export function renderDocument(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** The outermost shell: head, sprite, skip link. `scripts` are names below the assets folder. */
export function Document(props: {
  readonly page: PageContext;
  readonly title: string;
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const { agency } = page.settings;
  const site =
    page.language === 'zh'
      ? `${agency.name} ${agency.product} ${agency.door}`
      : `${agency.doorEn}, ${agency.productEn}, ${agency.nameEn}`;
  return (
    <html lang={HTML_LANG[page.language]}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{page.language === 'zh' ? `${props.title}｜${site}` : `${props.title} | ${site}`}</title>
        <link rel="icon" type="image/svg+xml" href={`${page.assetsHref}/icon.svg`} />
        <link rel="stylesheet" href={`${page.assetsHref}/look.css`} />
        {scriptsOf(props).map(name => (
          <script type="module" src={`${page.assetsHref}/${name}`} />
        ))}
      </head>
      <body>
        <IconSprite />
        <a class="skip" href="#main">
          {FRAME.skip[page.language]}
        </a>
        {props.children}
        <SessionWatch page={page} />
      </body>
    </html>
  );
}

function scriptsOf(props: { readonly page: PageContext; readonly scripts?: readonly string[] }): readonly string[] {
  const own = props.scripts ?? [];
  return props.page.session === undefined ? own : [...own, 'islands/session-watch.js'];
}

/** The small line under a title: the same in the other language. */
export function Twin(props: { readonly page: PageContext; readonly text: Bilingual }): JSX.Element {
  const other = otherLanguage(props.page.language);
  return (
    <p class="en" lang={HTML_LANG[other]}>
      {props.text[other]}
    </p>
  );
}
