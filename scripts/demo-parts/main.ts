// `scripts/demo`: the product on this machine, with a generated PKI, ten small business systems and soft cards.
import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { insertCard } from './cards.ts';
import { checkDemo } from './check.ts';
import { demoFolderAt, readJson, type DemoFolder } from './demo-folder.ts';
import { descriptionSchema, type DemoDescription } from './description.ts';
import { openBrowser } from './open-browser.ts';
import { startDemo, type RunningDemo } from './start-demo.ts';

const checkout = join(import.meta.dirname, '../..');
const program = new Command('scripts/demo');

interface Options {
  readonly folder: string;
  readonly postgresql?: string;
  readonly check?: true;
  readonly open?: true;
  readonly fresh?: true;
  readonly idleMinutes?: number;
}

program
  .description(
    'Runs the gateway with a generated PKI, ten demo systems and soft cards; prints what to open and as whom.',
  )
  .option('--check', 'do a whole card login without a browser; exit 0 only if the assertion verifies at the system')
  .option('--open', 'open it in a Chromium-family browser with a profile of its own')
  .option('--folder <path>', 'keep everything here', join(checkout, '.demo'))
  .option('--postgresql <url>', 'use this empty PostgreSQL database instead of the embedded store')
  .option('--fresh', 'forget the last demo: new keys, people, cards and accounts')
  .option('--idle-minutes <number>', 'end idle sessions after this long instead of four hours', minutes)
  .action(run);

const card = program.command('card').description("changes the card in the demo agent's reader");
card.command('insert <account>').description("puts this person's card in").action(insert);
card.command('remove [account]').description('takes the card out').action(remove);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`scripts/demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

async function run(options: Options): Promise<void> {
  const folder = demoFolder();
  const running = await runningDemo();
  if (running !== undefined) {
    if (options.check === true) return check(running);
    if (options.open === true) return openBrowser(running, listenerCertificates(folder));
    throw new Error(`A demo is running already (process ${running.pid}): ${running.portal}`);
  }
  if (options.fresh === true) rmSync(folder.root, { recursive: true, force: true });
  const demo = await startDemo(
    checkout,
    folder,
    options.idleMinutes === undefined ? {} : { idleMinutes: options.idleMinutes },
  );
  try {
    if (options.check === true) {
      await check(demo.description);
      return;
    }
    introduce(demo.description);
    await (options.open === true ? openBrowser(demo.description, listenerCertificates(folder)) : untilStopped(demo));
  } finally {
    await demo.close();
    rmSync(folder.description, { force: true });
  }
}

async function check(demo: DemoDescription): Promise<void> {
  process.exitCode = (await checkDemo(demo, line => console.log(line))) ? 0 : 1;
}

async function untilStopped(demo: RunningDemo): Promise<void> {
  const stopped = new Promise<undefined>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(undefined));
  });
  const sentence = await Promise.race([stopped, demo.broken]);
  if (sentence !== undefined) throw new Error(`${sentence} See ${demoFolder().log}.`);
}

async function insert(account: string): Promise<void> {
  const folder = demoFolder();
  if (!/^[a-z0-9-]+$/.test(account) || !existsSync(join(folder.cards, `${account}.p12`))) {
    const known = describedDemo()?.people.map(person => person.account) ?? [];
    throw new Error(
      `There is no demo card of "${account}".${known.length === 0 ? '' : ` There are: ${known.join(', ')}.`}`,
    );
  }
  await insertCard(folder.cards, account);
  console.log(`The card of ${account} is in the reader.`);
}

async function remove(): Promise<void> {
  const folder = demoFolder();
  if (!existsSync(folder.cards)) throw new Error('There is no demo yet: start it with scripts/demo.');
  await insertCard(folder.cards, null);
  console.log('The reader is empty.');
}

function introduce(demo: DemoDescription): void {
  const width = Math.max(...demo.people.map(person => person.account.length));
  console.log(`
商工e網通 業務帳號認證閘道（示範） is running.

  Portal            ${demo.portal}/
  公司登記系統      ${demo.systems['company'] ?? ''}/
  Card host         ${demo.cardHost}/   (asks the browser for the card's certificate; see below)
  Card agent        ${demo.cardAgent}/   (soft cards; the card in the reader is changed with the command below)

  scripts/demo --open                      opens it in Chromium, trusting the demo's key
  scripts/demo card insert ACCOUNT         puts a person's card into the reader
  scripts/demo card remove                 takes it out
  scripts/gateway account list --config .demo/gateway.yaml

  Without the agent, by the certificate in the browser (以瀏覽器憑證登入): the browser of --open holds all cards on Linux
  (libnss3-tools) and asks which; for another one, each card's file and password are in demo.json.

  ${'ACCOUNT'.padEnd(width)}  PIN     WHAT HAPPENS AT 公司登記系統`);
  for (const person of demo.people) {
    console.log(`  ${person.account.padEnd(width)}  ${person.pin}  ${person.shows.zh} (${person.shows.en})`);
  }
  console.log(`
  Everything else a program needs: ${join(dirname(demo.configuration), 'demo.json')}
  Ctrl-C ends it; started again it goes on where it was (--fresh forgets everything).
`);
}

/** The certificates of the public listener and of the card host. */
function listenerCertificates(folder: DemoFolder): string[] {
  return ['server.pem', 'card.pem'].map(name => join(folder.tls, name));
}

/** Where the demo that is meant lies. */
function demoFolder(): DemoFolder {
  return demoFolderAt(resolve(program.opts<Options>().folder));
}

function describedDemo(): DemoDescription | undefined {
  const description = descriptionSchema.safeParse(readJson(demoFolder().description));
  return description.success ? description.data : undefined;
}

/** The demo that is running on this folder; what a killed one left behind does not answer. */
async function runningDemo(): Promise<DemoDescription | undefined> {
  const described = describedDemo();
  if (described === undefined) return undefined;
  const answer = await fetch(`${described.ops}/livez`).catch(() => undefined);
  return answer?.ok === true ? described : undefined;
}

function minutes(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 240) return value;
  throw new InvalidArgumentError('It must be more than 0 and at most 240.');
}
