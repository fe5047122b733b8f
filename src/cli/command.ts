import { userInfo } from 'node:os';
import { z } from 'zod';
import type { Actor } from '../audit/event.ts';
import type { GatewayContext } from '../flows/gateway-context.ts';

/** 0 done, 1 a negative verdict, 2 wrong use or a fault. */
export type ExitCode = 0 | 1 | 2;

/** What a command answers: `data` for `--json`, `text` for people. */
export interface CommandResult {
  readonly exitCode: ExitCode;
  readonly data: unknown;
  readonly text: string;
}

/** What a command works with, in the running gateway or on stores opened for it. */
export interface CommandContext {
  readonly gateway: GatewayContext;
  /** Named checks of this process's stores, trust and clock. */
  readonly health: () => Promise<readonly HealthCheck[]>;
  readonly actor: Actor;
}

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A command of the store's door: it reaches the running gateway, or the stores when none runs. */
export interface Command<Input> {
  readonly input: z.ZodType<Input>;
  run(context: CommandContext, input: Input): Promise<CommandResult>;
}

const WRONG_REASON = 'must be 1 to 500 characters';

/** Why somebody acts, as records keep it. */
export const reasonInput = z.string(WRONG_REASON).trim().min(1, WRONG_REASON).max(500, WRONG_REASON);

/** Who acts through the command line: the gateway's own OS user, with the caller's name as he declares it. */
export function commandLineActor(declaredName: string | null): Actor {
  return { kind: 'command-line', osUser: userInfo().username, declaredName };
}

/** A table for people: columns as wide as their widest cell, two spaces between. Control characters are shown as `�`. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const safe = rows.map(row => row.map(cell => cell.replace(/\p{Cc}/gu, '�')));
  const widths = safe[0]?.map((_, column) => Math.max(...safe.map(row => displayWidth(row[column] ?? '')))) ?? [];
  return safe
    .map(row =>
      row
        .map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - displayWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Columns that a terminal uses: CJK characters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]|[\u{20000}-\u{3fffd}]/u.test(character) ? 2 : 1;
  return width;
}
