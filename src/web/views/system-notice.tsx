import type { JSX } from 'preact';
import type { Notice } from '../../flows/ports.ts';
import { HTML_LANG, type Language } from '../texts/bilingual.ts';
import { renderDocument } from './document.tsx';

/** A system's notice, in the language of the page; its version can be read off the page that showed it. */
export function SystemNotice(props: { readonly notice: Notice; readonly language: Language }): JSX.Element {
  const { notice, language } = props;
  return (
    <p class="system-notice" data-version={notice.version} lang={HTML_LANG[language]}>
      {language === 'zh' ? notice.text : notice.textEn}
    </p>
  );
}

/** The same as a document that a page of the system frames. */
export function renderNoticeDocument(props: {
  readonly notice: Notice;
  readonly language: Language;
  readonly title: string;
  readonly assetsHref: string;
}): string {
  return renderDocument(
    <html lang={HTML_LANG[props.language]} class="framed">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{props.title}</title>
        <link rel="stylesheet" href={`${props.assetsHref}/look.css`} />
      </head>
      <body>
        <main>
          <SystemNotice notice={props.notice} language={props.language} />
        </main>
      </body>
    </html>,
  );
}
