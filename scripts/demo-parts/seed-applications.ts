import { randomUUID } from 'node:crypto';
import type { Application } from '../../src/applications/application.ts';
import { taipeiDayOf } from '../../src/calendar/taipei-day.ts';
import type { ApplicationActor } from '../../src/flows/applications/application-actor.ts';
import { archiveApplication } from '../../src/flows/applications/archive-application.ts';
import { decideApplication, withdrawApplication } from '../../src/flows/applications/decide-application.ts';
import { draftApplication } from '../../src/flows/applications/draft-application.ts';
import { executeApplication } from '../../src/flows/applications/execute-application.ts';
import type { GatewayContext } from '../../src/flows/gateway-context.ts';
import { recordLetter } from '../../src/flows/applications/record-letter.ts';
import { submitApplication } from '../../src/flows/applications/submit-application.ts';
import { DEMO_STORIES, type DemoStory, type StoryAct } from './demo-stories.ts';

/** Walks the demo's applications to where their stories end, by the product's own journeys, if there are none yet. */
export async function seedApplications(context: GatewayContext): Promise<void> {
  const any = await context.database.applications.findApplications(
    { audience: { kind: 'scopes', scopes: [{ kind: 'everything' }] } },
    { offset: 0, limit: 1 },
  );
  if (any.total > 0) return;
  for (const story of DEMO_STORIES) await tell(context, story);
}

async function tell(context: GatewayContext, story: DemoStory): Promise<void> {
  const drafted = await draftApplication(context, {
    actor: await actorOf(context, story.filer),
    form: story.form,
    organisationId: null,
    values: {
      fields: { effectiveDay: taipeiDayOf(context.clock.now()), ...story.fields },
      grants: (story.grants ?? []).map(grant => ({ ...grant, validUntil: '' })),
    },
  });
  let { application } = demand(story, 'draft', drafted);
  for (const act of story.acts)
    application = demand(story, act[0], await perform(context, application, act)).application;
}

type Outcome =
  { readonly ok: true; readonly application: Application } | { readonly ok: false; readonly failure: object };

async function perform(context: GatewayContext, { number, version }: Application, act: StoryAct): Promise<Outcome> {
  const actor = await actorOf(context, act[1]);
  switch (act[0]) {
    case 'submit':
      return submitApplication(context, { actor, number, version });
    case 'letter':
      return recordLetter(context, {
        actor,
        number,
        version,
        letter: { number: act[2], date: taipeiDayOf(context.clock.now()), agency: act[3] },
        file: { fileName: '示範函文.pdf', bytes: await letterOf(context, act[2]) },
      });
    case 'withdraw':
      return withdrawApplication(context, { actor, number, version, note: act[2] });
    case 'execute':
      return executeApplication(context, { actor, number, version, note: act[2] });
    case 'archive':
      return archiveApplication(context, { actor, number, version, note: act[2] });
    case 'approve':
    case 'return':
    case 'refuse':
      return decideApplication(context, { actor, number, version, kind: act[0], note: act[2] });
  }
}

async function actorOf(context: GatewayContext, loginName: string): Promise<ApplicationActor> {
  const account = await context.database.accounts.findAccountByLoginName(loginName);
  if (account === undefined) throw new Error(`The demo has no ${loginName}.`);
  const origin = { requestId: randomUUID(), clientAddress: '127.0.0.1' };
  return { kind: 'account', accountId: account.id, mayDecide: true, origin };
}

function letterOf(context: GatewayContext, number: string): Promise<Uint8Array> {
  return context.documents.print({
    title: { zh: '示範函文', en: 'Demo letter' },
    formNumber: '',
    documentNumber: number,
    printedBy: '示範',
    printedAt: context.clock.now(),
    parts: [{ kind: 'text', heading: null, text: '示範函文，僅供示範使用。' }],
  });
}

function demand(story: DemoStory, act: string, outcome: Outcome): { readonly application: Application } {
  if (outcome.ok) return outcome;
  throw new Error(`The demo's ${story.form} of ${story.filer} stops at ${act}: ${JSON.stringify(outcome.failure)}`);
}
