import { z } from 'zod';
import { endSessions } from '../flows/sessions/end-sessions.ts';
import type { SessionFilter } from '../flows/ports/session-records.ts';
import { StoreFault } from '../flows/ports/store-fault.ts';
import type { EndHold } from '../flows/sessions/end-hold.ts';
import { reasonInput, type Command, type CommandContext, type CommandResult } from './command.ts';
import { composeSessionFilter, sessionFilterFields } from './session-filter.ts';
import { listStanding, tellStoreAway } from './standing-sessions.ts';
import { describeLive, listSessions, tableOfSessions } from './session-table.ts';

/** What `findSessions` and `describe` answer at once. */
const MOST_LISTED = 1_000;

const WRONG_LIMIT = `must be a whole number from 1 to ${MOST_LISTED}`;

const listInput = z.strictObject({
  ...sessionFilterFields,
  ended: z.boolean(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, WRONG_LIMIT)
    .transform(Number)
    .refine(limit => limit <= MOST_LISTED, WRONG_LIMIT)
    .default(100),
});

export const sessionList: Command<z.infer<typeof listInput>> = toldWhenAway({
  input: listInput,
  async run(context, { ended, limit, ...names }) {
    const composed = await composeSessionFilter(context.gateway, names);
    if (!composed.ok) return composed.answer;
    const filter = ended ? { ...composed.filter, withEnded: true as const } : composed.filter;
    return list(context, filter, limit);
  },
});

const WRONG_SESSION = `must be up to ${MOST_LISTED} references, as session list prints them`;

const endInput = z.strictObject({
  ...sessionFilterFields,
  /** By their references; alone, so that a reference can be ended while the database is away. */
  session: z.array(z.uuid(WRONG_SESSION)).min(1, WRONG_SESSION).max(MOST_LISTED, WRONG_SESSION).optional(),
  /** Every session of everybody: must be said. */
  all: z.boolean(),
  dryRun: z.boolean(),
  /** A dry run records nothing, and needs none. */
  reason: reasonInput.optional(),
});

/** Ends the sessions that are named, or all that fit. It says how many; none is exit 1. */
export const sessionEnd: Command<z.infer<typeof endInput>> = toldWhenAway({
  input: endInput,
  async run(context, { session, all, dryRun, reason, ...names }) {
    const ways = [session !== undefined, all, Object.values(names).some(name => name !== undefined)].filter(Boolean);
    if (ways.length !== 1) return wrongUse('Say which sessions: --session, or one or more of the filters, or --all.');
    const note = dryRun ? '' : reason;
    if (note === undefined) return wrongUse('Say why: --reason. It is recorded, and the people see it.');
    const composed =
      session === undefined
        ? await composeSessionFilter(context.gateway, names)
        : { ok: true as const, filter: namedSessions(session) };
    if (!composed.ok) return composed.answer;
    if (dryRun) return announce(await list(context, composed.filter, MOST_LISTED));

    const order = { reason: 'administrator', actor: context.actor, note } as const;
    const { ended, hold } = await endSessions(context.gateway, composed.filter, order);
    const data = { ended: ended.map(({ reference }) => reference), hold };
    const lines = [
      ended.length === 0 ? 'No session that stands fits; nothing was ended.' : `${ended.length} session(s) ended.`,
      ...(hold === 'recorded' ? [] : [WEAK_HOLDS[hold]]),
    ];
    return { exitCode: ended.length === 0 ? 1 : 0, data, text: lines.join('\n') };
  },
});

const WEAK_HOLDS: Readonly<Record<Exclude<EndHold, 'recorded'>, string>> = {
  'record-pending': 'The database is away: the record is kept on this node and follows when it is back.',
  'here-only':
    'Database and session store are away: the end is kept on this node and in force here. It is not yet in force on the other nodes: they learn of it from this one when the database or the session store is back. Do not take its data folder away.',
  unrecorded:
    'OVER NOW, NOT RECORDED: the database is away and the disk of this node takes nothing. Should the session store lose what it holds before, the end does not hold. Make room on the disk, and end them again when the database is back.',
};

function wrongUse(text: string): CommandResult {
  return { exitCode: 2, data: { code: 'wrong-use', problems: [text] }, text };
}

function namedSessions(references: readonly string[]): SessionFilter {
  // As the store has them: UUIDs are one and the same in either case.
  return { scope: { kind: 'everything' }, references: references.map(reference => reference.toLowerCase()) };
}

async function list({ gateway }: CommandContext, filter: SessionFilter, limit: number): Promise<CommandResult> {
  const found = await findRecorded(gateway, filter, limit);
  if (found instanceof StoreFault) return listStanding({ gateway }, filter, limit, found);
  const standings = await describeLive(gateway, found.sessions);
  const sessions = await listSessions(gateway, found.sessions, standings);
  const text = [
    ...(sessions.length === 0 ? [] : [tableOfSessions(sessions), '']),
    `${found.total} session(s)${sessions.length < found.total ? `, the newest ${sessions.length} shown` : ''}. Times are Asia/Taipei.`,
    ...(standings === undefined
      ? ['The session store cannot be asked: how long they have been idle is not known.']
      : []),
  ];
  const data = { sessions, total: found.total, storeAnswers: standings !== undefined };
  return { exitCode: found.total === 0 ? 1 : 0, data, text: text.join('\n') };
}

async function findRecorded({ database }: CommandContext['gateway'], filter: SessionFilter, limit: number) {
  try {
    return await database.sessions.findSessions(filter, { offset: 0, limit });
  } catch (error) {
    if (error instanceof StoreFault) return error;
    throw error;
  }
}

/** A command that says what is left to do where a store is away. */
function toldWhenAway<Input>(command: Command<Input>): Command<Input> {
  return {
    input: command.input,
    async run(context, input) {
      try {
        return await command.run(context, input);
      } catch (error) {
        if (error instanceof StoreFault) return tellStoreAway(error);
        throw error;
      }
    },
  };
}

function announce(listed: CommandResult): CommandResult {
  return { ...listed, text: `${listed.text}\nNothing was ended: this was a dry run.` };
}
