import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { TestBrowser } from './chromium.ts';

/**
 * Debian's Chromium, headless, that trusts one authority and answers a site that asks for a certificate with what is in
 * its own store: the first that fits, or none where the store is empty. Headless it could not be asked; a policy answers
 * for it, which lies in a mount of its own, so that the machine's other browsers know nothing of it.
 *
 * @param options.card a PKCS#12 file to put into the store; null leaves it empty
 */
export async function launchCertificateBrowser(options: {
  /** PEM file of the authority. */
  readonly ca: string;
  readonly card: { readonly p12: string; readonly p12Password: string } | null;
  /** Pattern of the addresses that are given the certificate. */
  readonly site: string;
}): Promise<TestBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'certificate-browser-'));
  const database = join(home, '.pki/nssdb');
  const policies = join(home, 'chromium/policies/managed');
  mkdirSync(database, { recursive: true });
  mkdirSync(policies, { recursive: true });
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, ['-d', `sql:${database}`, ...args], { stdio: 'pipe' });
  run('certutil', '-N', '--empty-password');
  run('certutil', '-A', '-n', 'authority of the test', '-t', 'C,,', '-i', options.ca);
  if (options.card !== null) run('pk12util', '-i', options.card.p12, '-W', options.card.p12Password);
  const choice = JSON.stringify({ pattern: options.site, filter: {} });
  writeFileSync(join(policies, 'certificates.json'), JSON.stringify({ AutoSelectCertificateForUrls: [choice] }));

  const launcher = join(home, 'chromium.sh');
  const namespace = process.getuid?.() === 0 ? '-m' : '-Urm';
  const mount = `mount --bind '${home}/chromium' /etc/chromium && exec /usr/bin/chromium "$@"`;
  writeFileSync(launcher, `#!/bin/sh\nexec unshare ${namespace} sh -c '${mount.replaceAll("'", `'\\''`)}' sh "$@"\n`);
  chmodSync(launcher, 0o755);
  const browser = await chromium.launch({
    executablePath: launcher,
    env: { ...process.env, HOME: home },
    args: ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
