import { spawn, spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
 * Opens the demo in a Chromium-family browser with a profile and a home of its own, which trusts the demo's TLS keys and
 * nothing else beyond the usual; both are removed when the browser is closed. Where NSS' tools are installed, the demo's
 * cards lie in its certificate store, to log in by certificate.
 *
 * @param serverCertificates PEM files of the demo's listeners
 */
export async function openBrowser(demo: DemoDescription, serverCertificates: readonly string[]): Promise<void> {
  const browser = CANDIDATES.find(name => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
  if (browser === undefined) {
    throw new Error(
      `No Chromium-family browser was found (tried ${CANDIDATES.join(', ')}). Open ${demo.portal} yourself.`,
    );
  }
  const home = mkdtempSync(join(tmpdir(), 'moica-demo-'));
  try {
    if (!storeCards(demo, home)) {
      console.log('Without libnss3-tools the browser holds no card: log in with the agent, not by certificate.');
    }
    const child = spawn(
      browser,
      [
        `--user-data-dir=${join(home, 'profile')}`,
        `--ignore-certificate-errors-spki-list=${serverCertificates.map(pinOf).join(',')}`,
        '--no-first-run',
        '--no-default-browser-check',
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        demo.systems['company'] ?? demo.portal,
      ],
      { stdio: 'ignore', env: { ...process.env, HOME: home } },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => resolve());
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** SHA-256 of the public key, as Chromium takes it. */
function pinOf(certificate: string): string {
  const key = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Puts everybody's card into the store that Chromium has on Linux; false where the tools for that are missing. */
function storeCards(demo: DemoDescription, home: string): boolean {
  const folder = join(home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const database = ['-d', `sql:${folder}`];
  const made = spawnSync('certutil', [...database, '-N', '--empty-password'], { stdio: 'ignore' });
  return (
    made.status === 0 &&
    demo.people.every(({ p12, p12Password }) => {
      const stored = spawnSync('pk12util', [...database, '-i', p12, '-W', p12Password], { stdio: 'ignore' });
      return stored.status === 0;
    })
  );
}
