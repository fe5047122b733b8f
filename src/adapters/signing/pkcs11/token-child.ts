/**
 * The only process that loads the HSM's library: such a library may hang or crash, and its calls hold up whoever makes
 * them. Questions come from `token-host.ts`; argument: a TokenSettings in JSON.
 */
import type { TokenReply, TokenRequest, TokenSettings } from './token-message.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as TokenSettings;

type Operate = Awaited<ReturnType<typeof load>>;
let operate: Operate | undefined;

async function load() {
  const { openToken } = await import('./token-keys.ts').catch((cause: unknown) => {
    throw new Error('The package pkcs11js is not installed or was not built: run "npm install pkcs11js".', { cause });
  });
  return openToken(settings);
}

/** Questions wait for each other: a session does one thing at a time. */
let turn: Promise<void> = Promise.resolve();
process.on('message', (request: TokenRequest) => {
  turn = turn.then(async () => {
    process.send?.({ id: request.id, outcome: await answer(request) } satisfies TokenReply);
  });
});
process.on('disconnect', () => process.exit());

async function answer({ question }: TokenRequest): Promise<TokenReply['outcome']> {
  try {
    operate ??= await load();
    return operate(question);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error('unknown fault');
    // By its name: where the package is missing, the class cannot be had either.
    return { ok: false, problem: message, isTokenSound: name === 'KeyRefused' };
  }
}
