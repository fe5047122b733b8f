import type { Application } from '../../applications/application.ts';
import { judgeLetter, type LetterInput } from '../../applications/judge-letter.ts';
import { taipeiDayOf } from '../../calendar/taipei-day.ts';
import { recordAct } from './act-on-application.ts';
import type { ApplicationActor } from './application-actor.ts';
import { keepFile, type UploadedBytes } from './attach-file.ts';
import { refuseApplication, type ApplicationOutcome } from './draft-application.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Change } from '../ports.ts';

/**
 * Records the official letter by which the agency asks 本署: number, date, agency and the letter itself; nothing goes
 * on to 本署's review without (D1-012, D1-072, D1-162). Head, registrar, or 本署 when it arrives (E16); never the
 * applicant.
 */
export async function recordLetter(
  context: GatewayContext,
  input: {
    readonly actor: ApplicationActor;
    readonly number: string;
    readonly version: number;
    readonly letter: LetterInput;
    readonly file: UploadedBytes | null;
  },
): Promise<ApplicationOutcome> {
  const verdict = judgeLetter(input.letter, taipeiDayOf(context.clock.now()));
  if (!verdict.ok) return { ok: false, failure: { code: 'application-letter-invalid', problems: verdict.problems } };
  const { file } = input;
  if (file === null) return { ok: false, failure: { code: 'application-letter-missing' } };

  return context.database.change(async (changes): Promise<Change<ApplicationOutcome>> => {
    const application: Application | undefined = await changes.applications.findApplicationByNumber(input.number);
    if (application === undefined) return refuseApplication({ code: 'application-not-found' });
    const { actor, version } = input;
    const attachmentId = context.randomness.uuid();
    const letter = { ...verdict.letter, attachmentId };
    const act = { kind: 'record-letter', actor, version, note: '', letter } as const;
    return recordAct(context, changes, application, act, async () => {
      const kept = await keepFile(context, changes, application.id, { id: attachmentId, kind: 'letter', file });
      if (!kept.ok) return { ok: false, failure: { code: 'attachment-refused', because: kept.because } };
      return { ok: true, events: [] };
    });
  });
}
