import type { SystemPages } from '../flows/ports.ts';
import { answerable, type OwnResponses } from './own-responses.ts';
import type { SystemRequest } from './system-request.ts';

/**
 * `/.gateway/notice`: the hint about the system's data (D2-080), for its pages to show. As JSON for programs that ask for
 * that; else a document of one paragraph, which a page of the system may frame. Says nothing that is not configured, so
 * nobody needs to be logged in.
 */
export function serveNotice(pages: SystemPages, own: OwnResponses, to: SystemRequest): void {
  const { system, head } = to;
  const { version, text, textEn } = system.notice;
  const isJson = prefersJson(head.accept);
  const languages = new URLSearchParams(to.target.query).get('lang') ?? head.acceptLanguage ?? '';
  const body = isJson
    ? JSON.stringify({ system: system.id, version, text, textEn })
    : pages.renderNotice(system, languages);
  own.send(answerable(to), 200, [...(isJson ? AS_JSON : AS_DOCUMENT), ...KEPT], body);
}

const AS_JSON = ['Content-Type', 'application/json'];

const AS_DOCUMENT = [
  'Content-Type',
  'text/html; charset=utf-8',
  'Content-Security-Policy',
  "default-src 'none'; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
  'X-Frame-Options',
  'SAMEORIGIN',
];

/** So short that a new version is shown within minutes. */
const KEPT = ['Cache-Control', 'public, max-age=300', 'Vary', 'Accept, Accept-Language'];

/** Browsers ask for HTML first; programs name JSON and not HTML. */
function prefersJson(accept: string | undefined): boolean {
  const wanted = accept?.toLowerCase() ?? '';
  return wanted.includes('application/json') && !wanted.includes('text/html');
}
