import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFolderAt, makeDemoFolder, type DemoFolder } from '../../scripts/demo-parts/demo-folder.ts';
import { demoOrigin, demoSystems, type DemoSettings } from '../../scripts/demo-parts/gateway-configuration.ts';
import { openDemoAuthority } from '../../scripts/demo-parts/open-authority.ts';
import { choosePorts } from '../../scripts/demo-parts/ports.ts';
import { startDemo } from '../../scripts/demo-parts/start-demo.ts';
import { SOFTHSM_MODULE, SoftHsm } from '../card-agent/softhsm.ts';
import { CHECKOUT, type TemporaryDemo } from '../support/temporary-demo.ts';
import { readDemoCard } from './demo-card.ts';
import { requireFreshBuild } from './fresh-build.ts';

/** CKA_ID of the citizen card's objects, ASCII: SIGN, KEYX. */
const ID = { sign: '5349474e', encrypt: '4b455958' };

/**
 * A demo in a temporary folder whose card agent knows no soft cards: it speaks PKCS#11 to a token of SoftHSM, which
 * holds one person's card and has a PIN of its own.
 */
export async function startDemoOnToken(
  account: string,
  pin: string,
  settings: Pick<DemoSettings, 'postgresqlUrl'> = {},
): Promise<TemporaryDemo> {
  requireFreshBuild(CHECKOUT);
  const folder = demoFolderAt(mkdtempSync(join(tmpdir(), 'moica-')));
  const hsm = new SoftHsm();
  const removeFolders = (): void => {
    for (const path of [folder.root, hsm.folder]) rmSync(path, { recursive: true, force: true });
  };
  try {
    await issueCards(folder);
    hsm.addToken(pin);
    const card = await readDemoCard(folder, account);
    hsm.addKeyPair(card.encrypt, pin, { key: ID.encrypt });
    hsm.addKeyPair(card.sign, pin, { key: ID.sign });
    // the agent gets the environment of this process
    Object.assign(process.env, hsm.env);
    const running = await startDemo(CHECKOUT, folder, {
      ...settings,
      cardSource: ['--pkcs11-module', SOFTHSM_MODULE],
    });
    return {
      demo: running.description,
      running,
      folder,
      async close() {
        await running.close();
        removeFolders();
      },
    };
  } catch (error) {
    removeFolders();
    throw error;
  }
}

/** The demo finds what is issued here: the token must hold the card before the agent starts and lists its slots. */
async function issueCards(folder: DemoFolder): Promise<void> {
  makeDemoFolder(folder);
  const ports = await choosePorts(folder, true);
  const origins = [demoOrigin('portal', ports.public), ...demoSystems(CHECKOUT, ports.public).map(each => each.origin)];
  await openDemoAuthority(folder, {
    pkiOrigin: `http://127.0.0.1:${ports.pki}`,
    hosts: origins.map(origin => new URL(origin).hostname),
    now: new Date(),
  });
}
