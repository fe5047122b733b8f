import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import type { CommandResult } from './command.ts';
import { inspectCrls } from './inspect-crl.ts';
import { validateLines } from './validate-certificates.ts';

/** Adds the commands that judge files: they need no configuration, no stores and no running gateway. */
export function addPkiCommands(
  program: Command,
  print: (result: CommandResult, options: { readonly json?: true }) => void,
): void {
  const pki = program.command('pki').description('judges certificates by RFC 5280 and the profile of citizen cards');
  pki
    .command('validate [file]')
    .description('answers one JSON question a line (from the file, else standard input) with one JSON verdict a line')
    .action(validate);

  const crl = program.command('crl').description('looks at certificate revocation lists');
  crl
    .command('inspect <file>')
    .description('says what a CRL holds (DER, or PEM with one or several); its signature is not verified')
    .option('--json', 'answer as JSON')
    .action(async (file: string, options: { json?: true }) => print(inspectCrls(await readFile(file)), options));
}

/** 0 when every verdict is ok, 1 when any is not, 2 when any line could not be understood. */
async function validate(file: string | undefined): Promise<void> {
  const input: AsyncIterable<Uint8Array> = file === undefined ? process.stdin : createReadStream(file);
  let exitCode = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const answer of validateLines(input)) {
      if (!answer.ok) exitCode = Math.max(exitCode, answer.code === 'input-malformed' ? 2 : 1);
      yield `${JSON.stringify(answer)}\n`;
    }
  }
  // The answers wait for whoever reads them, and the questions wait for the answers.
  await pipeline(Readable.from(lines()), process.stdout, { end: false });
  process.exitCode = exitCode;
}
