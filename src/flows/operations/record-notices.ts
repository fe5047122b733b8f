import { composeEvent, type GatewayContext } from '../gateway-context.ts';

/**
 * Puts on record the wording of each system's notice that is in force, where it is not the one on record: from the events it
 * can be told which one was shown at a time (D2-081).
 *
 * @returns how many have changed
 */
export async function recordNotices(
  context: Pick<GatewayContext, 'clock' | 'randomness' | 'database' | 'systems'>,
): Promise<number> {
  const { database, systems } = context;
  // Newest first. Ten systems whose words are edited now and then; what is older than these is recorded once more.
  const onRecord = await database.events.listEvents({ code: 'notice.in-force', limit: 1_000 });
  const events = [...systems.values()].flatMap(({ id, notice }) => {
    const { version, text, textEn } = notice;
    const facts = onRecord.find(({ systemId }) => systemId === id)?.facts;
    if (facts?.['version'] === version && facts['text'] === text && facts['textEn'] === textEn) return [];
    const details = { actor: { kind: 'gateway' }, systemId: id, facts: { version, text, textEn } } as const;
    return [composeEvent(context, 'notice.in-force', details)];
  });
  const [first, ...others] = events;
  if (first !== undefined) await database.record([first, ...others]);
  return events.length;
}
