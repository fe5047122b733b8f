import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { declaredUserName, defaultConfigPath, loadConfig, type GatewayConfig } from '../config.ts';
import { ConfigurationFault } from '../config/yaml-file.ts';
import { ACCOUNT_COLUMNS } from '../flows/accounts/import-accounts.ts';
import { PERSONNEL_COLUMNS } from '../flows/operations/import-personnel.ts';
import { serve } from '../main.ts';
import { productVersion } from '../product-version.ts';
import { openStores } from '../stores.ts';
import { commandLineActor, type CommandResult } from './command.ts';
import { runCommand } from './commands.ts';
import { callRunningGateway } from './control-socket.ts';
import { diagnose } from './doctor.ts';
import { addPkiCommands } from './pki-commands.ts';

interface Options {
  readonly config: string;
  readonly json?: true;
}

/** Runs one command; its exit code is 0 done, 1 a negative verdict, 2 wrong use or a fault. Nothing is thrown. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await composeProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      for (const line of describe(error)) console.error(`moica-gateway: ${line}`);
      process.exitCode = 2;
    }
  }
}

function composeProgram(): Command {
  const program = new Command('moica-gateway')
    .description('Certificate-aware authentication gateway in front of the business systems of 商工e網通.')
    .version(productVersion())
    .exitOverride()
    .showHelpAfterError('Try --help.');

  command(program, 'serve', 'runs the gateway').action(async (options: Options) => serve(loadConfig(options.config)));
  command(program, 'doctor', 'checks configuration, certificates, CRLs and stores').action(async (options: Options) => {
    print(await diagnose(options.config, config => onStores(config, 'health', {})), options);
  });
  command(program, 'probe', 'exit 0 when the gateway that runs here is ready (for container health checks)').action(
    async (options: Options) => {
      const { address, port } = loadConfig(options.config).listen.ops;
      const ready = await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${port}/readyz`).catch(
        () => undefined,
      );
      process.exitCode = ready?.ok === true ? 0 : 1;
    },
  );
  command(program, 'migrate', 'brings the database to this version; the gateway must not run').action(
    async (options: Options) => {
      const stores = await openStores(loadConfig(options.config));
      await stores.close();
      print({ exitCode: 0, data: { migrated: true }, text: 'The database is at this version.' }, options);
    },
  );

  const config = program.command('config').description('about the configuration');
  config
    .command('check [file]')
    .description('reads the configuration whole and says what is wrong with it')
    .option('--json', 'answer as JSON')
    .action((file: string | undefined, options: { json?: true }) => checkConfig(file ?? defaultConfigPath(), options));

  addPkiCommands(program, print);

  const account = program
    .command('account')
    .description('looks at business accounts, suspends, unlocks and imports them');
  command(account, 'list', 'lists all accounts').action(store('account list', () => ({})));
  command(account, 'show <login-name>', 'shows one account with its grants, certificates and events').action(
    store('account show', loginName => ({ loginName })),
  );
  command(account, 'suspend <login-name>', 'suspends an account and ends its sessions')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(store('account suspend', (loginName, options) => ({ loginName, reason: options['reason'] })));

  command(account, 'unlock <login-name>', 'lifts the 15-minute lock after wrong passwords; never a suspension')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(store('account unlock', (loginName, options) => ({ loginName, reason: options['reason'] })));
  command(
    account,
    'import <file>',
    `takes over existing accounts from a CSV file (${columnList(ACCOUNT_COLUMNS)}); all lines or none`,
  )
    .option('--dry-run', 'judge the file and change nothing')
    .action(
      store('account import', (file, options) => ({
        file: readFileSync(file).toString('base64'),
        dryRun: options['dryRun'] !== undefined,
      })),
    );

  const session = program.command('session').description('looks at sessions and ends them');
  sessionFilters(command(session, 'list', 'lists the sessions that stand, newest first; exit 1 when there is none'))
    .option('--ended', 'those that are over, too')
    .option('--limit <count>', 'at most so many, up to 1000 (default: 100)')
    .action(
      store('session list', (_none, options) => ({
        ...filterNames(options),
        ended: options['ended'] !== undefined,
        limit: options['limit'],
      })),
    );
  sessionFilters(
    command(session, 'end', 'ends the sessions named, or all that fit, on every node; exit 1 when there is none'),
  )
    .option('--session <reference...>', 'these, as session list prints them; works while the database is away')
    .option('--all', 'every session of everybody')
    .option('--dry-run', 'list them and end nothing')
    .option('--reason <text>', 'why; it is recorded, and the people see it (not needed for a dry run)')
    .action(
      store('session end', (_none, options) => ({
        ...filterNames(options),
        session: options['session'],
        all: options['all'] !== undefined,
        dryRun: options['dryRun'] !== undefined,
        reason: options['reason'],
      })),
    );

  const keys = program.command('keys').description('about the keys that sign assertions');
  command(keys, 'list', 'lists them; exit 1 when none signs, or one that is published is not at hand').action(
    store('keys list', () => ({})),
  );
  command(keys, 'rotate', 'makes the next key, which signs when every system can have it')
    .option('--now', 'a key is in wrong hands: the new one signs at once, all others are destroyed')
    .option('--reason <text>', 'why; it is recorded (must be said with --now)')
    .action(store('keys rotate', (_none, { now, reason }) => ({ now: now !== undefined, reason })));

  command(program, 'dormant', 'lists accounts that nobody uses, and what the rule says of each; changes nothing')
    .option('--as-of <day>', 'a day such as 2026-11-22 (default: today in Taipei)')
    .action(store('dormant', (_none, options) => ({ asOf: options['asOf'] })));

  const personnel = program.command('personnel').description('holds business accounts against personnel data');
  command(
    personnel,
    'import <file>',
    `takes in an agency's personnel data from a CSV file (${columnList(PERSONNEL_COLUMNS)}); all lines or none`,
  )
    .requiredOption('--organisation <code>', 'code of the agency whose people they are')
    .action(
      store('personnel import', (file, options) => ({
        file: readFileSync(file).toString('base64'),
        organisation: options['organisation'],
      })),
    );
  command(personnel, 'diff', 'lists who has left, moved, is unknown or differs; exit 1 when there is something')
    .option('--organisation <code>', 'one agency (default: all)')
    .action(store('personnel diff', (_none, options) => ({ organisation: options['organisation'] })));

  command(
    program.command('one-day-password').description('about the passwords for people without their card'),
    'report',
    'lists who has used them, and flags the third use within 30 days',
  )
    .option('--from <day>', 'first day (default: 30 days)')
    .option('--to <day>', 'last day (default: today in Taipei)')
    .action(store('one-day-password report', (_none, options) => ({ from: options['from'], to: options['to'] })));

  command(
    program.command('policy').description("about the systems' rules"),
    'explain <method> <url>',
    'says what would be decided of a request, and by which rule; exit 1 when it is denied',
  )
    .requiredOption('--as <login-name>', 'whose request', onlyOnce)
    .option('--from <address>', 'from this address (default: from none that a rule lists)', onlyOnce)
    .option('--at <time>', 'a time such as 2026-11-23T19:30:00+08:00 (default: now)', onlyOnce)
    .option('--method <method>', 'by this login: card (default), card-tls or one-day-password', onlyOnce)
    .option('--purpose', 'a purpose is declared (default: none is)')
    .action(
      store('policy explain', (method, { as, from, at, method: login, purpose }, url) => ({
        ...{ method, url, as, from, at, login },
        purpose: purpose !== undefined,
      })),
    );

  command(program, 'setup', 'first start: makes 本署 with one case officer and one ministry administrator')
    .option('--ministry <name>', 'name of 本署', '經濟部商業發展署')
    .requiredOption('--case-officer <login-name>', 'login name of the case officer (計畫承辦人)')
    .requiredOption('--case-officer-certificate <file>', "PEM file of the sign certificate on the case officer's card")
    .requiredOption('--administrator <login-name>', 'login name of the ministry administrator')
    .requiredOption(
      '--administrator-certificate <file>',
      "PEM file of the sign certificate on the administrator's card",
    )
    .action(
      store('setup', (_none, options) => ({
        ministryName: options['ministry'],
        caseOfficer: {
          loginName: options['caseOfficer'],
          certificatePem: readFileSync(options['caseOfficerCertificate'] ?? '', 'utf8'),
        },
        administrator: {
          loginName: options['administrator'],
          certificatePem: readFileSync(options['administratorCertificate'] ?? '', 'utf8'),
        },
      })),
    );
  return program;
}

/** The header of a file that is imported; what may be left out in brackets. */
function columnList(columns: readonly { readonly name: string; readonly needed: boolean }[]): string {
  return columns.map(({ name, needed }) => (needed ? name : `[${name}]`)).join(',');
}

function command(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--config <file>', 'configuration file (else $MOICA_GATEWAY_CONFIG)', defaultConfigPath())
    .option('--json', 'answer as JSON');
}

function sessionFilters(parent: Command): Command {
  return parent
    .option('--account <login-name>', 'of this account, by its login name or its id', onlyOnce)
    .option('--organisation <code>', 'of people of this organisation', onlyOnce)
    .option('--unit <code>', 'of people of this unit of it', onlyOnce)
    .option('--system <id>', 'that have entered this business system', onlyOnce)
    .option('--method <method>', 'by this login: card, card-tls or one-day-password', onlyOnce)
    .option('--address <address>', 'whose login came from this address', onlyOnce);
}

/** The last of several would silently be the one that counts. */
function onlyOnce(value: string, before: string | undefined): string {
  if (before !== undefined) throw new InvalidArgumentError('It may be given once only.');
  return value;
}

function filterNames({ account, organisation, unit, system, method, address }: StoreOptions) {
  return { account, organisation, unit, system, method, address };
}

type StoreOptions = Options & Readonly<Record<string, string>>;

/** An action that works on the stores: through the running gateway, else on stores opened for it. */
function store(name: string, compose: (argument: string, options: StoreOptions, second: string) => unknown) {
  return async (...received: unknown[]): Promise<void> => {
    // commander hands over the arguments, then the options, then the command
    const options = received.at(-2) as StoreOptions;
    const [argument = '', second = ''] = received.slice(0, -2).map(String);
    print(await onStores(loadConfig(options.config), name, compose(argument, options, second)), options);
  };
}

async function onStores(config: GatewayConfig, name: string, input: unknown): Promise<CommandResult> {
  const declaredName = declaredUserName();
  const answer = await callRunningGateway(config.dataFolder, { command: name, input, declaredName });
  if (answer !== undefined) return answer;
  const stores = await openStores(config);
  try {
    await stores.refreshTrust();
    return await runCommand(name, { ...stores, actor: commandLineActor(declaredName) }, input);
  } finally {
    await stores.close();
  }
}

function checkConfig(file: string, options: { readonly json?: true }): void {
  try {
    const { systems } = loadConfig(file);
    const text = `${file} is in order: ${systems.size} business systems.`;
    print({ exitCode: 0, data: { ok: true, file, systems: [...systems.keys()] }, text }, options);
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    print(
      { exitCode: 2, data: { ok: false, file, problems: error.problems }, text: error.problems.join('\n') },
      options,
    );
  }
}

function print(result: CommandResult, options: { readonly json?: true }): void {
  if (options.json === true) console.log(JSON.stringify(result.data, null, 2));
  else if (result.exitCode === 2) console.error(result.text);
  else console.log(result.text);
  process.exitCode = result.exitCode;
}

function describe(error: unknown): readonly string[] {
  if (error instanceof ConfigurationFault) return error.problems;
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...describe(error.cause)];
}
