import { execFileSync } from 'node:child_process';
import { accessSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Browser } from '@playwright/test';
import type { Screen } from './screen.ts';

const EXECUTABLE = '/usr/bin/chromium';
const CERTUTIL = '/usr/bin/certutil';

/**
 * Waits until a page is as it should be. Longer than playwright's five seconds: the machine may be running other tests,
 * and the login page itself waits ten for a component that is not there.
 */
export const expectPage = expect.configure({ timeout: 30_000 });

/** Debian's Chromium, headless, with a home that is thrown away. */
export interface TestBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * Starts it. It trusts one authority more than usual and ignores no certificate error: a wrong name or an expired
 * certificate stops a test as it stops a person. Pop-ups are blocked as for everybody.
 *
 * @param options.ca PEM file of the authority
 * @param options.publicAddress `127.0.0.1:8443`: counts as an address on the internet, as a real portal's does; a page
 *   on loopback could reach the card component in ways that are closed to a real one
 * @param options.switches for example `--host-resolver-rules=MAP *.gateway.localhost 127.0.0.1:1234`
 */
export async function launchChromium(options: {
  readonly ca: string;
  readonly publicAddress: string;
  /** More of Chromium's own switches. */
  readonly switches?: readonly string[];
  /** Where its windows are drawn, dialogues included; it is headless without one. */
  readonly screen?: Screen;
  /** A reader with the PKCS#11 module for its cards: they are offered where a site asks for a certificate. */
  readonly cards?: { readonly module: string; readonly environment: Readonly<Record<string, string>> };
}): Promise<TestBrowser> {
  requireInstalled();
  const home = mkdtempSync(join(tmpdir(), 'chromium-home-'));
  const removeHome = (): void => rmSync(home, { recursive: true, force: true });
  try {
    const database = makeNssDatabase(home);
    trust(database, options.ca);
    if (options.cards !== undefined) addModule(database, options.cards.module);
    const browser = await chromium.launch({
      executablePath: EXECUTABLE,
      headless: options.screen === undefined,
      env: { ...process.env, HOME: home, ...options.screen?.environment, ...options.cards?.environment },
      // playwright switches the pop-up blocker off; it is part of what is tested
      ignoreDefaultArgs: ['--disable-popup-blocking'],
      args: [
        ...['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
        `--ip-address-space-overrides=${options.publicAddress}=public`,
        ...(options.switches ?? []),
      ],
    });
    return {
      browser,
      async close() {
        await browser.close();
        removeHome();
      },
    };
  } catch (error) {
    removeHome();
    throw error;
  }
}

function requireInstalled(): void {
  try {
    accessSync(EXECUTABLE);
    accessSync(CERTUTIL);
  } catch (error) {
    throw new Error('Chromium is missing. Install it: apt-get install -y chromium libnss3-tools fonts-noto-cjk', {
      cause: error,
    });
  }
}

/** Chromium on Linux takes authorities, certificates and modules that a person added from the home folder. */
function makeNssDatabase(home: string): string {
  const folder = join(home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const database = `sql:${folder}`;
  execFileSync(CERTUTIL, ['-d', database, '-N', '--empty-password'], { stdio: 'pipe' });
  return database;
}

function trust(database: string, ca: string): void {
  const authority = ['-n', 'authority of the test', '-t', 'C,,', '-i', ca];
  execFileSync(CERTUTIL, ['-d', database, '-A', ...authority], { stdio: 'pipe' });
}

function addModule(database: string, library: string): void {
  const module = ['-add', 'cards', '-libfile', library, '-force'];
  execFileSync('modutil', ['-dbdir', database, ...module], { stdio: 'pipe' });
}
