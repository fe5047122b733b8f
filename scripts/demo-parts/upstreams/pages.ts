import type { AssertionRejection, VerifiedIdentity } from '../../../src/verifier/verifier.ts';
import type { DemoSystem } from './demo-system.ts';

/** Served by the gateway on every system's host. */
const LOGOUT = '/.gateway/logout';
const NOTICE = '/.gateway/notice';
const PURPOSE = '/.gateway/purpose';

/** The start page: who the gateway says is here, and one example of each way to talk to the system. */
export function homePage(system: DemoSystem, identity: VerifiedIdentity): string {
  const rows: [string, string, string][] = [
    ['姓名', 'Name', identity.name],
    ['帳號識別碼', 'Subject', identity.subject],
    ['機關', 'Organisation', identity.organization],
    ['單位', 'Unit', identity.unit ?? '—'],
    ['角色', 'Roles', identity.roles.join(', ')],
    ['登入方式', 'Assurance', `${identity.assurance} (${identity.authenticationMethods.join(' + ')})`],
    ['登入時間 (UTC)', 'Authenticated at', identity.authenticatedAt.toISOString()],
    ['工作階段', 'Session reference', identity.sessionReference],
  ];
  return page(
    system,
    `<h2>閘道告知的身分 <span lang="en">Who the gateway says you are</span></h2>
<table>
${rows.map(([zh, en, value]) => `<tr><th scope="row">${zh} <span lang="en">${en}</span></th><td>${escaped(value)}</td></tr>`).join('\n')}
</table>
<h2>上傳檔案 <span lang="en">Upload</span></h2>
<form method="post" action="/upload" enctype="multipart/form-data">
<p><label>檔案 <span lang="en">File</span> <input type="file" name="file" required></label> <button>上傳 <span lang="en">Upload</span></button></p>
</form>
<h2>即時連線 <span lang="en">Live</span></h2>
<p>SSE: <output id="events">…</output></p>
<p>WebSocket: <output id="socket">…</output></p>
<p><a href="/echo">系統收到的請求 <span lang="en">The request as this system received it</span></a></p>
<script src="/page.js" defer></script>`,
  );
}

/** For a request that did not come through the gateway, or came with an assertion that is not believed. */
export function strangerPage(system: DemoSystem, code: AssertionRejection): string {
  return page(
    system,
    `<p>本系統只接受經由閘道、身分可驗證的請求。</p>
<p lang="en">This system answers only requests that come through the gateway with an identity it can verify.</p>
<p><code>${escaped(code)}</code></p>`,
  );
}

export function notFoundPage(system: DemoSystem): string {
  return page(
    system,
    `<p>查無此頁。<span lang="en">There is no such page.</span> <a href="/">首頁 <span lang="en">Start</span></a></p>`,
  );
}

function page(system: DemoSystem, main: string): string {
  return `<!doctype html>
<html lang="zh-Hant-TW">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(system.name)}（示範）</title>
<link rel="stylesheet" href="/page.css">
<header>
<h1>${escaped(system.name)}（示範） <span lang="en">${escaped(system.nameEn)} (demonstration)</span></h1>
<p><a href="${PURPOSE}">使用目的 <span lang="en">Purpose</span></a> <a href="${LOGOUT}">登出 <span lang="en">Log out</span></a></p>
</header>
<main>
${main}
</main>
<iframe src="${NOTICE}?lang=zh" title="資料使用說明 Notice"></iframe>
`;
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, character => entities[character] ?? '');
}

/** Shows the newest event, and a message that came back over the socket. */
export const PAGE_SCRIPT = `'use strict';
const show = (id, text) => { document.getElementById(id).textContent = text; };
const events = new EventSource('/events');
events.addEventListener('tick', event => show('events', event.data));
events.addEventListener('error', () => show('events', '中斷 interrupted'));
const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws');
socket.addEventListener('open', () => socket.send('來自頁面 from the page'));
socket.addEventListener('message', event => show('socket', event.data));
socket.addEventListener('close', () => show('socket', '中斷 closed'));
`;

export const PAGE_STYLE = `body { margin: 0 auto; max-width: 48rem; padding: 1rem; color: #16211f; background: #fcfcfa;
  font: 1rem/1.7 "Noto Sans TC", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; flex-wrap: wrap;
  border-bottom: 2px solid #16211f; }
h1, h2 { line-height: 1.35; } h1 { font-size: 1.75rem; } h2 { font-size: 1.125rem; }
h1 span { display: block; font-size: 0.9375rem; font-weight: 400; color: #47544f; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #d4dbd8; vertical-align: top;
  overflow-wrap: anywhere; }
th { font-weight: 400; color: #47544f; }
iframe { width: 100%; height: 6rem; margin-top: 2rem; border: 0; }
a { color: #0b5557; }
`;
