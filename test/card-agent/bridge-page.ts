import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';

const ISLANDS = new URL('../../src/web/islands/', import.meta.url);

/** A site's page with the bridge on it, served with the gateway's opener policy. */
const PAGE = `<!doctype html>
<button id="go">go</button>
<script type="module">
import * as bridge from '/islands/card-bridge.ts';
window.bridge = bridge;
document.getElementById('go').addEventListener('click', () => {
  window.outcome = window.job().catch(error => ({ threw: error.message }));
});
</script>`;

const BLOCKED_PAGE = `<!doctype html>
<script type="module">
import { readEnvironment } from '/islands/card-bridge.ts';
window.outcome = readEnvironment({ componentOrigin: 'http://localhost:1' });
</script>`;

/** Serves the page, one that opens its popup without a click, and the islands with their types taken off. */
export async function serveBridgePage(): Promise<{ readonly origin: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const name = /^\/islands\/([a-z-]+\.ts)$/.exec(request.url ?? '')?.[1];
    if (name !== undefined) {
      const source = readFileSync(new URL(name, ISLANDS), 'utf8');
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(stripTypeScriptTypes(source));
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
    });
    response.end(request.url === '/blocked' ? BLOCKED_PAGE : PAGE);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The page is not served.');
  return { origin: `http://127.0.0.1:${String(address.port)}`, server };
}
