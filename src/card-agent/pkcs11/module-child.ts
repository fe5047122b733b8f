/**
 * The only process that loads a vendor's PKCS#11 library: such a library may hang or crash, and this process may be
 * killed for it at any time. One question at a time, asked by `module-host.ts`; arguments: MODULE_PATH CHOICE, the
 * latter a TokenChoice in JSON.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cardFailure } from '../card-reader.ts';
import type { ModuleReply, ModuleRequest } from './module-message.ts';
import type { TokenChoice } from './token-choice.ts';

const [modulePath = '', choiceText = '{}'] = process.argv.slice(2);
const choice = JSON.parse(choiceText) as TokenChoice;

/** Running before the module is loaded: from then on this thread may hang at any time. */
const watching = watchOverAgent();

async function watchOverAgent(): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const watcher = new Worker(new URL(`./end-with-agent.${extension}`, import.meta.url));
  await once(watcher, 'online');
  watcher.unref();
}

type Operate = (request: ModuleRequest) => ModuleReply['outcome'];

let operate: Operate | undefined;

async function load(): Promise<Operate> {
  const { openModule } = await import('./token-operations.ts').catch((error: unknown) => {
    throw new Error('the package pkcs11js is not installed or was not built: run "npm install pkcs11js"', {
      cause: error,
    });
  });
  return openModule(modulePath, choice);
}

process.on('message', (request: ModuleRequest) => {
  void answer(request).then(outcome => process.send?.({ id: request.id, outcome } satisfies ModuleReply));
});

async function answer(request: ModuleRequest): Promise<ModuleReply['outcome']> {
  await watching;
  try {
    operate ??= await load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown fault';
    return cardFailure('module-missing', 0, `The PKCS#11 module ${modulePath} cannot be loaded: ${reason}`);
  }
  try {
    return operate(request);
  } catch (error) {
    return cardFailure(
      'helper-failed',
      0,
      `the PKCS#11 process failed: ${error instanceof Error ? error.name : 'fault'}`,
    );
  } finally {
    if (request.operation === 'sign') request.request.pin.fill(0);
  }
}
