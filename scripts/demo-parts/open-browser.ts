import { spawn, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoDescription } from './description.ts';

const CANDIDATES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
];

/**
 * Opens the demo in a Chromium-family browser with a profile of its own, which trusts the demo's TLS key and nothing
 * else beyond the usual; the profile is removed when the browser is closed.
 */
export async function openBrowser(demo: DemoDescription, serverCertificate: string): Promise<void> {
  const browser = CANDIDATES.find(name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  if (browser === undefined) {
    throw new Error(
      `No Chromium-family browser was found (tried ${CANDIDATES.join(', ')}). Open ${demo.portal} yourself.`,
    );
  }
  const key = new X509Certificate(readFileSync(serverCertificate)).publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(key).digest('base64');
  const profile = mkdtempSync(join(tmpdir(), 'moica-demo-'));
  const child = spawn(
    browser,
    [
      `--user-data-dir=${profile}`,
      `--ignore-certificate-errors-spki-list=${pin}`,
      '--no-first-run',
      '--no-default-browser-check',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      demo.systems['company'] ?? demo.portal,
    ],
    { stdio: 'ignore' },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  rmSync(profile, { recursive: true, force: true });
}
