import { z } from 'zod';
import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import { findActive, stateOf, type RotationFailure } from '../http-fields/assertion-keys.ts';
import { rotateKeys } from '../flows/keys/rotate-keys.ts';
import { formatTable, reasonInput, type Command, type CommandContext } from './command.ts';

/** Which keys sign assertions, and when; exit 1 when none signs, or one that is published is not at hand here. */
export const keysList: Command<Record<string, never>> = {
  input: z.strictObject({}),
  async run({ gateway }) {
    const { keys, active } = await listKeys(gateway);
    const isSound = active !== null && keys.every(({ problem }) => problem === null);
    const rows = keys.map(key => [
      key.state,
      key.kid,
      formatTaipeiTime(new Date(key.signsFrom)),
      key.publishedUntil === null ? 'a later one is there' : formatTaipeiTime(new Date(key.publishedUntil)),
      key.problem ?? '',
    ]);
    const text = [
      keys.length === 0
        ? 'There is no key yet: the first start makes one.'
        : formatTable([['STATE', 'KEY', 'SIGNS FROM', 'PUBLISHED UNTIL', ''], ...rows]),
      ...(keys.length > 0 && active === null ? ['No key signs now: nobody is let through.'] : []),
    ];
    return { exitCode: isSound ? 0 : 1, data: { keys, active }, text: text.join('\n') };
  },
};

const rotateInput = z
  .strictObject({ now: z.boolean(), reason: reasonInput.optional() })
  .refine(({ now, reason }) => !now || reason !== undefined, {
    path: ['reason'],
    message: 'must be said with --now; it is recorded',
  });

/** Makes the next key; it signs when everybody has it, or at once. Exit 1 too where a former one could not be destroyed. */
export const keysRotate: Command<z.infer<typeof rotateInput>> = {
  input: rotateInput,
  async run({ gateway, actor }, { now, reason }) {
    const kind = now ? 'at-once' : 'planned';
    const rotation = await rotateKeys(gateway, { actor, kind, reason: reason ?? '' });
    if (!rotation.ok) {
      const { failure } = rotation;
      return { exitCode: 1, data: { code: failure.code }, text: tellFailure(failure) };
    }
    const { key, ended, endedAt, undestroyed } = rotation;
    const data = { kid: key.kid, signsFrom: key.signsFrom, ended, endedAt, undestroyed };
    const text = [(now ? tellAtOnce : tellPlanned)(key, endedAt), ...undestroyed.map(tellUndestroyed)].join('\n');
    return { exitCode: undestroyed.length === 0 ? 0 : 1, data, text };
  },
};

async function listKeys(gateway: CommandContext['gateway']) {
  await gateway.signer.refresh();
  const at = gateway.clock.now();
  const known = await gateway.database.assertionKeys.listKeys();
  const missing = new Map(gateway.signer.missing().map(({ kid, problem }) => [kid, problem]));
  const keys = known.map(key => ({
    kid: key.kid,
    state: stateOf(key, known, at),
    madeAt: key.madeAt.toISOString(),
    signsFrom: key.signsFrom.toISOString(),
    publishedUntil: key.publishedUntil?.toISOString() ?? null,
    problem: missing.get(key.kid) ?? null,
  }));
  return { keys, active: findActive(known, at)?.kid ?? null };
}

function tellPlanned({ kid, signsFrom }: { readonly kid: string; readonly signsFrom: Date }, endedAt: Date): string {
  return [
    `${kid} is published, and signs from ${formatTaipeiTime(signsFrom)} on.`,
    `The key before stays published until ${formatTaipeiTime(endedAt)}. Times are Asia/Taipei; nothing more is to be done.`,
  ].join('\n');
}

function tellAtOnce({ kid }: { readonly kid: string }): string {
  return [
    `${kid} signs now; all other keys are taken back, and destroyed unless told otherwise below. Other nodes follow within two seconds.`,
    'Systems refuse people (unknown-key) until they have asked for the keys anew: half a minute at most with our verifiers.',
    'Whoever holds the former key can still deceive systems that have not asked since: ten minutes at most with our verifiers, an hour',
    'where the portal cannot be reached. Systems that hold keys of their own, or keep them for longer: restart them now.',
  ].join('\n');
}

function tellUndestroyed(kid: string): string {
  return `${kid} is taken back, but could not be destroyed: its private key is there still. The daily job goes on trying; rotate no more for it.`;
}

function tellFailure(failure: RotationFailure): string {
  switch (failure.code) {
    case 'rotation-under-way':
      return `${failure.next.kid} is published already, and signs from ${formatTaipeiTime(failure.next.signsFrom)} on. In an emergency: --now.`;
    case 'clock-behind':
      return `The newest key was made at ${formatTaipeiTime(failure.newest.madeAt)}: the clock of this machine is behind. Set it first.`;
    case 'key-exists':
      return 'There is a key already.';
  }
}
