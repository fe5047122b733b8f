import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../row.ts';
import { benchCardLogin } from './card-login.ts';
import { benchCrlLoad, OPENSSL } from './crl-load.ts';
import { benchLoginsDuringRefresh } from './logins-during-refresh.ts';
import { openWorld } from './world.ts';

/** The rows of DESIGN about certificates: a card login judged, large CRLs, and logins while large CRLs are refreshed. */
export async function benchPki(say: (text: string) => void): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  try {
    say('Making an authority');
    const world = await openWorld();
    say('A card login judged');
    const login = await benchCardLogin(world);
    say('A CRL of 412,000 entries');
    const load = await benchCrlLoad(world, folder, 412_000, { kind: 'ratio', peer: OPENSSL, atMost: 0.25 });
    say('A CRL of 4,000,000 entries');
    const large = await benchCrlLoad(world, folder, 4_000_000, undefined);
    say('50 logins a second while four CRLs of 412,000 entries are refreshed');
    const refresh = await benchLoginsDuringRefresh(world, folder);
    return [...login, ...load, ...large, ...refresh];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
