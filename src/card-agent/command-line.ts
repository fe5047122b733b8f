import { readFileSync, statSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { startAgent } from './agent.ts';
import type { CardReader } from './card-reader.ts';
import { parseConfiguration } from './configuration-file.ts';
import type { ConfigurationLine } from './configuration-file.ts';
import { parsePageOrigin } from './hipki/page-origin.ts';
import type { PageOrigin } from './hipki/page-origin.ts';
import { isSystemError } from './system-error.ts';
import { Pkcs11Reader } from './pkcs11/pkcs11-reader.ts';
import { SoftCardReader } from './soft-card/soft-card-reader.ts';

/** The port that web pages for HiPKI components know. */
const HIPKI_PORT = 61161;
const WRONG_USE = 2;

interface Options {
  readonly config?: string;
  readonly port: number;
  readonly pkcs11Module?: string;
  readonly slot?: number;
  readonly token?: string;
  readonly softCardDir?: string;
  readonly allowOrigin: readonly PageOrigin[];
  readonly deadlineMs: number;
}

/** Runs the agent until SIGTERM or SIGINT (exit 0); wrong use and what prevents a start end with exit 2 and one sentence. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const version = productVersion();
  try {
    const options = parseOptions(argv, version);
    const reader = await openReader(options);
    await serve(options, version, reader);
  } catch (error) {
    process.exitCode = exitCodeFor(error);
  }
}

/** Something the person who started the agent can put right; the message is the sentence he reads. */
class WrongUse extends Error {}

/**
 * A configuration file's lines stand before the command line's own options: these win, and pages of both may use the
 * card. The file is judged by itself first, line by line, so that its mistakes are told with their place.
 */
function parseOptions(argv: readonly string[], version: string): Options {
  const named = createCommand(version).parse(argv).opts<Options>();
  if (named.config === undefined) return named;
  const [runtime = '', program = '', ...own] = argv;
  const lines = readConfigurationFile(named.config);
  for (const { line, argument } of lines) judgeAlone(version, [argument], `Line ${String(line)} of ${named.config}`);
  const fromFile = lines.map(({ argument }) => argument);
  judgeAlone(version, fromFile, named.config);
  return createCommand(version)
    .parse([runtime, program, ...fromFile, ...own])
    .opts<Options>();
}

function judgeAlone(version: string, args: readonly string[], place: string): void {
  try {
    createCommand(version)
      .configureOutput({ writeErr: () => undefined })
      .parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new WrongUse(`${place}: ${error.message.replace(/^error: /, '')}`, { cause: error });
  }
}

function readConfigurationFile(path: string): readonly ConfigurationLine[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WrongUse(`There is no readable configuration file at ${path}.`, { cause: error });
  }
  const found = parseConfiguration(text);
  if (found.ok) return found.lines;
  throw new WrongUse(`Line ${String(found.line)} of ${path} is not an option and its value.`);
}

function createCommand(version: string): Command {
  return new Command('moica-card-agent')
    .description('Answers the HiPKI local-signer protocol on this machine for a card behind a PKCS#11 module.')
    .version(version)
    .option('--config <file>', 'options from a file, one a line: "allow-origin https://portal.example"')
    .option('--port <number>', 'port on localhost; 0 takes a free one', integer(0, 65_535), HIPKI_PORT)
    .addOption(new Option('--pkcs11-module <path>', 'PKCS#11 module of the card').conflicts('softCardDir'))
    .addOption(
      new Option('--slot <number>', 'use only this slot, counted from 0')
        .argParser(integer(0, 255))
        .conflicts('softCardDir'),
    )
    .addOption(
      new Option('--token <name>', 'use only the card with this token label or serial number')
        .argParser(tokenName)
        .conflicts(['softCardDir', 'slot']),
    )
    .option('--soft-card-dir <folder>', 'PKCS#12 files as cards, for tests and demonstrations')
    .option(
      '--allow-origin <origin...>',
      'pages that may use the card, e.g. https://portal.example; those of the file and of the command line add up',
      addOrigin,
      [],
    )
    .option('--deadline-ms <number>', 'longest time for one card operation', integer(100, 120_000), 15_000)
    .allowExcessArguments(false)
    .exitOverride();
}

function integer(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${String(min)} to ${String(max)}.`);
  };
}

/** CK_TOKEN_INFO has room for a label of 32 bytes, padded with blanks. */
function tokenName(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && Buffer.byteLength(trimmed) <= 32) return trimmed;
  throw new InvalidArgumentError('It must be a token label or serial number, 32 bytes at most.');
}

function addOrigin(text: string, earlier: readonly PageOrigin[]): PageOrigin[] {
  const origin = parsePageOrigin(text);
  if (origin !== undefined) return [...earlier, origin];
  throw new InvalidArgumentError(
    'It must be an https origin as browsers write it, without a path or slash at the end.',
  );
}

async function openReader(options: Options): Promise<CardReader> {
  if (options.softCardDir !== undefined) return openSoftCards(options.softCardDir);
  if (options.pkcs11Module === undefined) {
    const inFile = options.config === undefined ? '' : ` in a line "pkcs11-module PATH" of ${options.config}, or by`;
    throw new WrongUse(`Say where the card is:${inFile} --pkcs11-module PATH, or --soft-card-dir FOLDER.`);
  }
  if (statSync(options.pkcs11Module, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new WrongUse(`There is no PKCS#11 module at ${options.pkcs11Module}.`);
  }
  const reader = new Pkcs11Reader({
    modulePath: options.pkcs11Module,
    deadlineMs: options.deadlineMs,
    choice: {
      ...(options.slot === undefined ? {} : { slotIndex: options.slot }),
      ...(options.token === undefined ? {} : { token: options.token }),
    },
  });
  const first = await reader.inventory({ withCertificates: false });
  if (!first.ok && first.failure.code === 'module-missing') {
    reader.close();
    throw new WrongUse(first.failure.detail ?? 'The PKCS#11 module cannot be loaded.');
  }
  return reader;
}

function openSoftCards(folder: string): CardReader {
  try {
    return new SoftCardReader(folder);
  } catch (error) {
    throw new WrongUse(`${folder} holds no readable reader.json.`, { cause: error });
  }
}

async function serve(options: Options, version: string, reader: CardReader): Promise<void> {
  const reportFault = (detail: string) => void process.stderr.write(`moica-card-agent: ${detail}\n`);
  const agent = await startAgent({
    port: options.port,
    version,
    reader,
    allowedOrigins: options.allowOrigin,
    reportFault,
  }).catch((error: unknown) => {
    reader.close();
    if (!isSystemError(error, 'EADDRINUSE')) throw error;
    throw new WrongUse(`Port ${String(options.port)} on localhost is in use: another card component may be running.`);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => agent.close());
  const served = options.allowOrigin.map(origin => origin.text).join(', ');
  process.stdout.write(
    `moica-card-agent ${version} listens on http://localhost:${String(agent.port)} for ${served || 'nobody (--allow-origin is missing)'}; ${reader.description}\n`,
  );
}

function exitCodeFor(error: unknown): number {
  // commander has already printed its sentence; help and version are no errors
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`moica-card-agent: ${sentence}\n`);
  return WRONG_USE;
}

function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json names no version.');
}
