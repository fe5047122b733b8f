import { z } from 'zod';
import { accountList, accountShow, accountSuspend, accountUnlock } from './account-commands.ts';
import { formatTable, type Command, type CommandContext, type CommandResult } from './command.ts';
import { dormant } from './dormant-command.ts';
import { accountImport } from './import-accounts-command.ts';
import { keysList, keysRotate } from './key-commands.ts';
import { oneDayPasswordReport } from './one-day-password-commands.ts';
import { personnelDiff, personnelImport } from './personnel-commands.ts';
import { policyExplain } from './policy-command.ts';
import { sessionEnd, sessionList } from './session-commands.ts';
import { setUpCommand } from './set-up-command.ts';

const health: Command<Record<string, never>> = {
  input: z.strictObject({}),
  async run(context) {
    const checks = await context.health();
    const rows = checks.map(check => [check.ok ? 'ok' : 'FAIL', check.name, check.detail]);
    return { exitCode: checks.every(check => check.ok) ? 0 : 1, data: checks, text: formatTable(rows) };
  },
};

/** The commands that work on stores. This door may look, end, suspend, import and unlock; it never approves or grants, set-up aside. */
const commands = new Map<string, (context: CommandContext, input: unknown) => Promise<CommandResult>>([
  ['setup', bind(setUpCommand)],
  ['health', bind(health)],
  ['account list', bind(accountList)],
  ['account show', bind(accountShow)],
  ['account suspend', bind(accountSuspend)],
  ['account unlock', bind(accountUnlock)],
  ['account import', bind(accountImport)],
  ['session list', bind(sessionList)],
  ['session end', bind(sessionEnd)],
  ['keys list', bind(keysList)],
  ['keys rotate', bind(keysRotate)],
  ['dormant', bind(dormant)],
  ['personnel import', bind(personnelImport)],
  ['personnel diff', bind(personnelDiff)],
  ['policy explain', bind(policyExplain)],
  ['one-day-password report', bind(oneDayPasswordReport)],
]);

function bind<Input>(command: Command<Input>) {
  return async (context: CommandContext, input: unknown): Promise<CommandResult> => {
    const parsed = command.input.safeParse(input);
    if (parsed.success) return command.run(context, parsed.data);
    // A list of which one is wrong is named without its place in it.
    const said = parsed.error.issues.map(({ path, message }) => `${path.filter(isName).join('.')}: ${message}`);
    const problems = [...new Set(said)];
    return { exitCode: 2, data: { code: 'wrong-use', problems }, text: problems.join('\n') };
  };
}

function isName(part: PropertyKey): boolean {
  return typeof part === 'string';
}

/** Runs a command by its name. */
export async function runCommand(name: string, context: CommandContext, input: unknown): Promise<CommandResult> {
  const run = commands.get(name);
  if (run === undefined) return { exitCode: 2, data: { code: 'unknown-command' }, text: `Unknown command "${name}".` };
  return run(context, input);
}
