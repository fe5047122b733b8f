import { pageTexts } from './texts.ts';
import type { PageText } from './texts.ts';

/** Escapes text for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${String(character.charCodeAt(0))};`);
}

/** Both languages of one text, already HTML. */
export function bilingual(key: PageText): string {
  const [chinese, english] = pageTexts[key];
  return `${escapeHtml(chinese)} <span lang="en">${escapeHtml(english)}</span>`;
}

/** @param body already HTML */
export function htmlPage(body: string): string {
  return `<!doctype html>
<html lang="zh-Hant-TW">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(pageTexts.title[0])}</title>
<link rel="stylesheet" href="/agent.css">
</head>
<body>
<header><p class="plate">${bilingual('title')}</p></header>
<main>
${body}
</main>
</body>
</html>
`;
}
