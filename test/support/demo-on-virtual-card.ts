import type { DemoSettings } from '../../scripts/demo-parts/gateway-configuration.ts';
import { startTemporaryDemo, type TemporaryDemo } from './temporary-demo.ts';
import { OPENSC_MODULE, startVirtualReader, type VirtualReader } from './virtual-card/virtual-reader.ts';

export interface DemoOnVirtualCard extends TemporaryDemo {
  readonly reader: VirtualReader;
}

/** How long the agent of such a demo waits for OpenSC, which may never answer when a card is pulled; in milliseconds. */
const CARD_DEADLINE_MS = 4_000;

/** A demo of its own whose card agent speaks PKCS#11 to OpenSC, with a virtual reader in which there is no card yet. */
export async function startDemoOnVirtualCard(settings: DemoSettings = {}): Promise<DemoOnVirtualCard> {
  const reader = await startVirtualReader();
  try {
    // the agent gets the environment of this process
    Object.assign(process.env, reader.environment);
    const cardSource = ['--pkcs11-module', OPENSC_MODULE, '--deadline-ms', String(CARD_DEADLINE_MS)];
    const temporary = await startTemporaryDemo({ ...settings, cardSource });
    return {
      ...temporary,
      reader,
      async close() {
        await temporary.close();
        await reader.stop();
      },
    };
  } catch (error) {
    await reader.stop();
    throw error;
  }
}
