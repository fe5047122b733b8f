import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { parse } from 'yaml';
import { noticeSchema } from '../../../src/config/notice.ts';
import { purposesSchema } from '../../../src/config/purposes.ts';
import type { GatewayContext } from '../../../src/flows/gateway-context.ts';
import type { BusinessSystem } from '../../../src/flows/ports.ts';
import { NO_NAMED_PARAMETERS } from '../../../src/audit/named-values.ts';
import { EVERY_ROLE_EVERYTHING } from '../../../src/policy/rule.ts';
import { plainUpstream } from '../../support/plain-upstream.ts';
import { loadAssets, type Assets } from '../../../src/web/assets.ts';

const SOURCE = new URL('../../../src/web/', import.meta.url);
const SYSTEMS = new URL('../../../config/systems.yaml', import.meta.url);

/** The pages' files with the scripts as a browser takes them: types off, imports by their built names. */
export function buildAssets(): Assets {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-assets-'));
  mkdirSync(join(folder, 'islands'));
  const islands = new URL('islands/', SOURCE);
  for (const name of readdirSync(islands).filter(file => file.endsWith('.ts'))) {
    const script = stripTypeScriptTypes(readFileSync(new URL(name, islands), 'utf8'));
    const built = script.replaceAll(/(from\s+'\.\/[a-z-]+)\.ts'/g, "$1.js'");
    writeFileSync(join(folder, 'islands', name.replace(/\.ts$/, '.js')), built);
  }
  return loadAssets(new URL('assets/', SOURCE), pathToFileURL(`${folder}/`));
}

/** The systems that the product is delivered with, below a domain of the test. */
export function deliveredSystems(base: { readonly domain: string; readonly port: number }): GatewayContext['systems'] {
  type Entry = Pick<BusinessSystem, 'id' | 'name' | 'nameEn' | 'host' | 'roles'> &
    Readonly<Record<'notice' | 'purposes', unknown>>;
  const { systems } = parse(readFileSync(SYSTEMS, 'utf8')) as { systems: Entry[] };
  return new Map(
    systems.map(system => {
      const host = `${system.host}.${base.domain}`;
      const origin = `https://${host}:${base.port}`;
      return [
        system.id,
        {
          ...system,
          host,
          origin,
          upstream: plainUpstream('http://127.0.0.1:9'),
          limitedRoutes: [],
          allowedOrigins: [],
          idleMs: null,
          backgroundPaths: [],
          namedParameters: NO_NAMED_PARAMETERS,
          audit: 'batched',
          policy: [EVERY_ROLE_EVERYTHING],
          purposes: purposesSchema.parse(system.purposes),
          purposeMs: null,
          notice: noticeSchema.parse(system.notice),
        },
      ];
    }),
  );
}

/** Debian's Chromium; our hosts are below `.localhost`, which it resolves to this machine. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    // The popup blocker belongs to what is tested; playwright switches it off.
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
}
