import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import { composeNumber, type Act, type Application, type Attachment } from '../../src/applications/application.ts';
import type { FormId } from '../../src/applications/form.ts';
import type { ScheduledChange } from '../../src/applications/scheduled-change.ts';
import { anEvent, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

const AT = new Date('2026-11-20T02:03:04.005Z');

/** Beyond those that the store gives. */
let lastNumber = 10_000;

function anApplication(account: Account, changes: Partial<Application> = {}): Application {
  return {
    id: randomUUID(),
    number: composeNumber('D-06-09', 2026, (lastNumber += 1)),
    form: 'D-06-09',
    organisationId: account.organisationId,
    unitId: null,
    filer: { kind: 'account', accountId: account.id, personId: account.personId, name: account.name },
    subjectAccountId: account.id,
    subjectPersonId: account.personId,
    subjectName: account.name,
    isForAnother: false,
    values: { fields: { change: 'delete', reason: '離職 <b>' }, grants: [] },
    route: ['head-review', 'execution'],
    status: 'in-review',
    stage: 'head-review',
    letter: null,
    effectiveDay: '2026-11-26',
    version: 2,
    draftedAt: AT,
    submittedAt: AT,
    executedAt: null,
    archivedAt: null,
    ...changes,
  };
}

function anAct(application: Application, changes: Partial<Act> = {}): Act {
  return {
    id: randomUUID(),
    applicationId: application.id,
    version: 2,
    kind: 'submit',
    stage: null,
    duty: 'apply',
    actor: application.filer,
    role: null,
    onBehalfOf: null,
    note: '',
    at: AT,
    valuesSha256: 'ab'.repeat(32),
    signature: Uint8Array.of(48, 0, 255),
    ...changes,
  };
}

/** The contract of applications: kept whole, counted once, seen by their audience alone. */
export function describeApplications(store: () => TestDatabase): void {
  describe('applications', () => {
    const commit = async (changes: Partial<Application> = {}) => {
      const { account } = await commitAccount(store().database);
      const application = anApplication(account, changes);
      await store().write(write => write.applications.insertApplication(application));
      return { account, application };
    };
    const reads = () => store().database.applications;

    test('come back as they went in, with acts and attachments', async () => {
      const { application } = await commit({
        letter: { number: '府經商字第 1 號', date: '2026-11-19', agency: '示範縣政府', attachmentId: randomUUID() },
      });
      const bytes = new Uint8Array(randomBytes(1000));
      const attachment: Attachment = {
        id: randomUUID(),
        applicationId: application.id,
        kind: 'basis',
        fileName: '人事派令.pdf',
        mediaType: 'application/pdf',
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        addedAt: AT,
      };
      const act = anAct(application);
      await store().write(async write => {
        await write.applications.insertAct(act);
        await write.applications.insertAttachment(attachment, bytes);
      });
      expect(await reads().findApplication(application.id)).toEqual(application);
      expect(await reads().findApplicationByNumber(application.number)).toEqual(application);
      expect(await reads().listActs(application.id)).toEqual([act]);
      expect(await reads().listAttachments(application.id)).toEqual([attachment]);
      expect(await reads().readAttachment(attachment.id)).toEqual(bytes);
      await store().write(async write => {
        expect(await write.applications.removeAttachment(attachment.id)).toBe(true);
        expect(await write.applications.removeAttachment(attachment.id)).toBe(false);
      });
      expect(await reads().listAttachments(application.id)).toEqual([]);
    });

    test('an id or number that cannot be is not found', async () => {
      expect(await reads().findApplication("' or 1=1")).toBeUndefined();
      expect(await reads().findApplicationByNumber('D-06-09-2026-0001; --')).toBeUndefined();
      expect(await reads().listActs('x')).toEqual([]);
      expect(await reads().listAttachments('x')).toEqual([]);
      expect(await reads().readAttachment('x')).toBeUndefined();
    });

    test('are replaced only by one who has seen their version', async () => {
      const { application } = await commit();
      const later: Application = { ...application, version: 3, status: 'returned', stage: null, unitId: null };
      await store().write(async write => {
        expect(await write.applications.updateApplication(later, 1)).toBe(false);
        expect(await write.applications.updateApplication(later, 2)).toBe(true);
        expect(await write.applications.updateApplication(later, 2)).toBe(false);
      });
      expect(await reads().findApplication(application.id)).toEqual(later);
    });

    test('acts are only ever added, one a version', async () => {
      const { application } = await commit();
      await store().write(write => write.applications.insertAct(anAct(application)));
      const second = store().write(write => write.applications.insertAct(anAct(application)));
      await expect(second).rejects.toMatchObject({ constraint: 'application_acts_one_a_version' });
      for (const statement of ["update application_acts set note = 'x'", 'delete from application_acts']) {
        await expect(store().execute(statement)).rejects.toThrow('Acts are only ever added.');
      }
    });

    test('numbers of a form and year begin at 1 and are never given twice, to twenty at once', async () => {
      const take = (form: FormId, year: number) =>
        store().database.change(async write => ({
          result: await write.applications.takeNumber(form, year),
          events: [anEvent()],
        }));
      expect(await take('D-06-10', 2098)).toBe(1);
      const taken = await Promise.all(Array.from({ length: 20 }, () => take('D-06-10', 2098)));
      expect(new Set(taken).size).toBe(20);
      expect(Math.min(...taken)).toBeGreaterThan(1);
      expect(await take('D-06-10', 2099)).toBe(1);
      expect(await take('D-06-11', 2098)).toBe(1);
    });

    test('are seen by their audience alone', async () => {
      const { account, application } = await commit();
      const other = await commit();
      const see = async (audience: Parameters<ReturnType<typeof reads>['findApplications']>[0]['audience']) =>
        (await reads().findApplications({ audience }, { offset: 0, limit: 200 })).applications.map(each => each.id);
      const own = { kind: 'organisation', organisationId: account.organisationId } as const;
      expect(await see({ kind: 'scopes', scopes: [own] })).toEqual([application.id]);
      expect(await see({ kind: 'scopes', scopes: [] })).toEqual([]);
      expect(await see({ kind: 'scopes', scopes: [{ kind: 'organisation', organisationId: 'x' }] })).toEqual([]);
      expect(await see({ kind: 'desks', desks: [{ stage: 'head-review', status: 'in-review', scope: own }] })).toEqual([
        application.id,
      ]);
      expect(await see({ kind: 'desks', desks: [{ stage: 'head-review', status: 'executed', scope: own }] })).toEqual(
        [],
      );
      expect(await see({ kind: 'person', accountId: account.id })).toEqual([application.id]);
      expect(await see({ kind: 'card', subjectHash: 'ab'.repeat(32) })).toEqual([]);
      const all = await see({ kind: 'scopes', scopes: [{ kind: 'everything' }] });
      expect(all).toEqual(expect.arrayContaining([application.id, other.application.id]));
      const draft = await commit({ status: 'draft', stage: null, submittedAt: null, effectiveDay: null });
      const { organisationId } = draft.account;
      expect(await see({ kind: 'scopes', scopes: [{ kind: 'organisation', organisationId }] })).toEqual([]);
      expect(await see({ kind: 'person', accountId: draft.account.id })).toEqual([draft.application.id]);
    });

    test('are found by number and name, form, status, stage and day, in pages', async () => {
      const { account, application } = await commit();
      const audience = { kind: 'person', accountId: account.id } as const;
      const find = async (filter: object) =>
        (await reads().findApplications({ audience, ...filter }, { offset: 0, limit: 1 })).total;
      expect(await find({ text: application.number.slice(-4) })).toBe(1);
      expect(await find({ text: '示範' })).toBe(1);
      for (const text of ['%', '_', "'", '\0', '\ud800']) expect(await find({ text: `不在${text}` })).toBe(0);
      const here = { kind: 'organisation', organisationId: account.organisationId } as const;
      expect(await find({ text: '示範', namesAt: [{ stage: 'head-review', scope: here }] })).toBe(1);
      const elsewhere = { kind: 'organisation', organisationId: randomUUID() } as const;
      for (const namesAt of [[], [{ stage: 'enabling', scope: here }], [{ stage: 'head-review', scope: elsewhere }]]) {
        expect(await find({ text: '示範', namesAt })).toBe(0);
        expect(await find({ text: application.number, namesAt })).toBe(1);
      }
      expect(await find({ draftedSince: application.draftedAt })).toBe(1);
      expect(await find({ draftedSince: new Date(application.draftedAt.getTime() + 1) })).toBe(0);
      expect(await find({ forms: ['D-06-10'] })).toBe(0);
      expect(await find({ statuses: ['in-review'], stages: ['head-review'] })).toBe(1);
      expect(await find({ statuses: [] })).toBe(0);
      expect(await find({ effectiveUntil: '2026-11-25' })).toBe(0);
      expect(await find({ effectiveUntil: '2026-11-26', organisationId: account.organisationId })).toBe(1);
      expect((await reads().findApplications({ audience }, { offset: 1, limit: 1 })).applications).toEqual([]);
      await expect(reads().findApplications({ audience }, { offset: 0, limit: 201 })).rejects.toThrow(RangeError);
    });

    test('the definition of an archived form is kept as it was written', async () => {
      const { application } = await commit();
      expect(await reads().readDefinition(application.id)).toBeUndefined();
      const definition = '{"z":1,"a":[2,"示範"]}';
      await store().write(write => write.applications.keepDefinition(application.id, definition));
      expect(await reads().readDefinition(application.id)).toBe(definition);
      expect(await reads().readDefinition('x')).toBeUndefined();
    });

    test('a scheduled change waits until it is ended, once', async () => {
      const { account, application } = await commit();
      const change: ScheduledChange = {
        id: randomUUID(),
        applicationId: application.id,
        accountId: account.id,
        dueDay: '2026-11-26',
        orderedBy: account.id,
        orderedAt: AT,
        state: 'waiting',
        endedAt: null,
        because: null,
      };
      await store().write(write => write.applications.insertScheduledChange(change));
      const scope = { kind: 'organisation', organisationId: account.organisationId } as const;
      expect(await reads().listWaitingChanges({ accountId: account.id })).toEqual([change]);
      expect(await reads().listWaitingChanges({ scope, dueBy: '2026-11-25' })).toEqual([]);
      expect(await reads().listWaitingChanges({ scope, dueBy: '2026-11-26' })).toEqual([change]);
      await store().write(async write => {
        expect(await write.applications.endScheduledChange(change.id, 'cancelled', AT, 'execution-unit-gone')).toBe(
          true,
        );
        expect(await write.applications.endScheduledChange(change.id, 'applied', AT, null)).toBe(false);
      });
      expect(await reads().listWaitingChanges({ accountId: account.id })).toEqual([]);
      const ended = { ...change, state: 'cancelled', endedAt: AT, because: 'execution-unit-gone' };
      const { number } = application;
      expect(await reads().listCancelledChanges({ scope, since: AT })).toEqual([{ ...ended, number }]);
      expect(await reads().listCancelledChanges({ scope, since: new Date(AT.getTime() + 1) })).toEqual([]);
      const elsewhere = { kind: 'organisation', organisationId: randomUUID() } as const;
      expect(await reads().listCancelledChanges({ scope: elsewhere, since: AT })).toEqual([]);
    });

    test('D1-046 recorded changes stand beside the application that they name, or beside none', async () => {
      const { account, application } = await commit();
      const since = new Date('2026-01-01T00:00:00Z');
      const event = (basisReference: string) =>
        anEvent({
          code: 'account.deleted',
          accountId: account.id,
          at: AT,
          facts: { basis: 'application', basisReference },
        });
      await store().database.record([event(application.number), event('D-06-09-1999-0001')]);
      const scope = { kind: 'self', accountId: account.id } as const;
      const recorded = await reads().listRecordedChanges({ scope, since, limit: 10 });
      const deletions = recorded.filter(each => each.code === 'account.deleted');
      expect(deletions.map(each => [each.basisReference, each.status])).toEqual([
        ['D-06-09-1999-0001', null],
        [application.number, 'in-review'],
      ]);
      expect(await reads().listRecordedChanges({ scope: { kind: 'self', accountId: 'x' }, since, limit: 10 })).toEqual(
        [],
      );
    });

    test('D1-087 what was taken away is listed with its day and the moment it was done', async () => {
      const executed = { status: 'executed', stage: 'execution', executedAt: AT } as const;
      const { account, application } = await commit(executed);
      const scope = { kind: 'organisation', organisationId: account.organisationId } as const;
      const since = new Date('2026-11-01T00:00:00Z');
      expect(await reads().listTakenAway({ scope, since })).toEqual([
        { number: application.number, organisationId: account.organisationId, effectiveDay: '2026-11-26', doneAt: AT },
      ]);
      expect(await reads().listTakenAway({ scope, since: new Date('2026-12-01T00:00:00Z') })).toEqual([]);
    });

    test.each([
      ['applications_stage_in_review', "update applications set stage = null where status = 'in-review'"],
      ['applications_status_known', "update applications set status = 'approved', stage = null"],
      [
        'applications_letter_whole',
        "update applications set letter_number = '1', letter_date = null, letter_agency = null, letter_attachment_id = null",
      ],
    ])('%s: a state that cannot be', async (constraint, statement) => {
      await commit();
      await expect(store().execute(statement)).rejects.toMatchObject({ sqlState: '23514', constraint });
    });
  });
}
