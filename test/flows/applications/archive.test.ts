import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { FORMS } from '../../../src/applications/forms.ts';
import { hashSubject } from '../../../src/applications/sheet.ts';
import { attachFile } from '../../../src/flows/applications/attach-file.ts';
import { archiveApplication, exportApplication } from '../../../src/flows/applications/archive-application.ts';
import { decideApplication, withdrawApplication } from '../../../src/flows/applications/decide-application.ts';
import { draftApplication } from '../../../src/flows/applications/draft-application.ts';
import { listApplicationsInReach, listWaiting } from '../../../src/flows/applications/list-applications.ts';
import { reportDueChanges } from '../../../src/flows/applications/report-applications.ts';
import { submitApplication } from '../../../src/flows/applications/submit-application.ts';
import { viewApplication } from '../../../src/flows/applications/view-application.ts';
import {
  by,
  byCard,
  codeOf,
  decide,
  execute,
  file,
  foundAgency,
  GRANT,
  letter,
  openOffice,
  PDF,
  unwrap,
  valuesFor,
  type Office,
} from './office.ts';

let office: Office;
let administrator: Account;
beforeAll(async () => {
  office = await openOffice();
  administrator = await office.employ({ organisation: office.ministry, unit: null }, ['ministry-administrator']);
});
afterAll(() => office.close());

const context = () => office.stores.context;

async function executed() {
  const agency = await foundAgency(office);
  const { clerk, head, registrar } = agency;
  const actor = by(clerk);
  const values = valuesFor(office, { change: 'change', loginName: clerk.loginName }, [GRANT]);
  const draft = unwrap(
    await draftApplication(context(), { actor, form: 'D-06-09', organisationId: null, values }),
  ).application;
  const { number } = draft;
  const basis = {
    actor,
    number,
    version: draft.version,
    kind: 'basis',
    file: { fileName: '派令.pdf', bytes: PDF },
  } as const;
  const { version } = unwrap(await attachFile(context(), basis)).application;
  const submitted = unwrap(await submitApplication(context(), { actor, number, version })).application;
  const signature = Uint8Array.of(48, 3, 2, 1, 0);
  const decision = {
    actor: by(head),
    number,
    version: submitted.version,
    kind: 'approve',
    note: '同意',
    signature,
  } as const;
  const approved = unwrap(await decideApplication(context(), decision)).application;
  const { application } = unwrap(await execute(office, registrar, approved));
  return { ...agency, application };
}

describe('D1-047 D1-166 D1-174 the record is filed', () => {
  test('by whoever executes, once; until then it stays a task', async () => {
    const { application, head, clerk, registrar } = await executed();
    const { number, version } = application;
    const archive = (account: Account) =>
      archiveApplication(context(), { actor: by(account), number, version, note: '' });
    const tasks = async () => {
      const queues = await listWaiting(context(), by(registrar));
      return queues.find(each => each.queue.id === 'archive')?.page.applications.map(each => each.number);
    };
    expect(await tasks()).toEqual([number]);
    for (const other of [head, clerk]) expect(codeOf(await archive(other))).toBe('application-role-missing');
    const [one, two] = await Promise.all([archive(registrar), archive(registrar)]);
    expect([codeOf(one), codeOf(two)].sort()).toEqual(['application-changed', 'ok']);
    expect(await tasks()).toEqual([]);
  });

  test('the package holds form, history, signatures and attachments, each with its hash', async () => {
    const { application, registrar } = await executed();
    const { number, version } = application;
    unwrap(await archiveApplication(context(), { actor: by(registrar), number, version, note: '' }));
    const outcome = await exportApplication(context(), { actor: by(registrar), number });
    if (!outcome.ok) expect.fail(outcome.failure.code);
    const files = unzipSync(outcome.package.bytes);
    const names = ['attachments/1-派令.pdf', 'form.json', 'history.json', 'manifest.json', 'signatures/4-approve.p7s'];
    expect(Object.keys(files).sort()).toEqual(names);
    const manifest = JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString()) as {
      files: { path: string; sha256: string }[];
    };
    for (const { path, sha256 } of manifest.files) {
      expect(
        createHash('sha256')
          .update(files[path] ?? '')
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(manifest.files).toHaveLength(4);
    const again = await exportApplication(context(), { actor: by(registrar), number });
    expect(again.ok && again.package.sha256).toBe(outcome.package.sha256);
    const [archived] = await context().database.events.listEvents({ code: 'application.archived', limit: 1 });
    expect(archived?.facts['packageSha256']).toBe(outcome.package.sha256);
  });

  test('D1-184 its hash can be made again after the form has changed', async () => {
    const { application, registrar } = await executed();
    const { number, version, form } = application;
    unwrap(await archiveApplication(context(), { actor: by(registrar), number, version, note: '' }));
    const hashNow = async () => {
      const outcome = await exportApplication(context(), { actor: by(registrar), number });
      return outcome.ok ? outcome.package.sha256 : outcome.failure.code;
    };
    const before = await hashNow();
    const { title } = FORMS[form];
    const { en } = title;
    Object.assign(title, { en: 'Another title' });
    try {
      expect(await hashNow()).toBe(before);
    } finally {
      Object.assign(title, { en });
    }
  });

  test('is handed to nobody else, not by one-day password, and not before it is executed', async () => {
    const { application, registrar } = await executed();
    const { number } = application;
    const stranger = await foundAgency(office);
    const handOut = async (actor: ReturnType<typeof by>) => {
      const outcome = await exportApplication(context(), { actor, number });
      return outcome.ok ? 'ok' : outcome.failure.code;
    };
    expect(await handOut(by(stranger.registrar))).toBe('application-not-found');
    expect(await handOut(by(registrar, false))).toBe('application-needs-card');
    expect(await handOut(by(administrator))).toBe('application-role-missing');
    const values = valuesFor(office, { change: 'suspend', loginName: stranger.clerk.loginName });
    const open = await file(office, by(stranger.clerk), 'D-06-09', values);
    const early = await exportApplication(context(), { actor: by(stranger.head), number: open.number });
    expect(early.ok || early.failure.code).toBe('application-act-refused');
  });
});

describe('a card’s holder without an account', () => {
  test('sees his own applications and nothing else', async () => {
    const { place } = await foundAgency(office);
    const mine = byCard(hashSubject('aa'), '示範甲');
    const other = byCard(hashSubject('bb'), '示範甲');
    const values = valuesFor(office, { change: 'add', unit: 'commerce', name: '示範甲' });
    const { number } = await file(office, mine, 'D-06-09', values, place.organisation.id);
    expect((await viewApplication(context(), mine, number))?.application.number).toBe(number);
    // The same name is not the same person.
    expect(await viewApplication(context(), other, number)).toBeUndefined();
    const { application } = await executed();
    expect(await viewApplication(context(), mine, application.number)).toBeUndefined();
    expect(await listWaiting(context(), mine)).toEqual([]);
  });
});

describe('what a card without an account may begin', () => {
  test('one application at an authority at a time, and three a day', async () => {
    const actor = byCard(hashSubject('cc'), '示範丙');
    const draft = async () => {
      const { organisation } = (await foundAgency(office)).place;
      return { organisation, again: () => begin(organisation.id) };
    };
    const begin = (organisationId: string) =>
      draftApplication(context(), { actor, form: 'D-06-09', organisationId, values: { fields: {}, grants: [] } });
    const first = await draft();
    const { number, version } = unwrap(await first.again()).application;
    expect(codeOf(await first.again())).toBe('application-open-already');
    unwrap(await withdrawApplication(context(), { actor, number, version, note: '' }));
    expect(codeOf(await first.again())).toBe('ok');
    expect(codeOf(await (await draft()).again())).toBe('ok');
    expect(codeOf(await (await draft()).again())).toBe('application-too-many-today');
    office.stores.advance(86_400_000);
    expect(codeOf(await (await draft()).again())).toBe('ok');
  });
});

describe('the register (D1-083)', () => {
  test('D1-083 shows a checker and an auditor no name, nor finds one for them', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const checker = await office.employ(place, ['checker']);
    const auditor = await office.employ({ organisation: office.ministry, unit: null }, ['auditor']);
    const { number } = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'add', unit: 'commerce', name: '示範隱名' }),
    );
    const look = async (account: Account, text: string) =>
      (await listApplicationsInReach(context(), by(account), { text }, { offset: 0, limit: 50 })).applications;
    for (const looking of [checker, auditor]) {
      expect(await look(looking, number)).toMatchObject([{ number, subjectName: '示○○' }]);
      expect(await look(looking, '示範隱名')).toEqual([]);
    }
    expect(await look(head, '示範隱名')).toMatchObject([{ number, subjectName: '示範隱名' }]);
  });

  test('D1-083 the list of what is due shows them no name either', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const checker = await office.employ(place, ['checker']);
    await file(office, by(clerk), 'D-06-09', valuesFor(office, { change: 'delete', loginName: clerk.loginName }));
    const names = async (account: Account) =>
      (await reportDueChanges(context(), by(account), new Date(0))).pending.map(each => each.subjectName);
    expect(await names(checker)).toEqual(['示○○']);
    expect(await names(head)).toEqual([clerk.name]);
  });
});

test('D1-010 the officer’s queue of D-06-10 has no other form in it', async () => {
  const officer = await office.employ({ organisation: office.ministry, unit: null }, ['case-officer']);
  const { organisation } = await office.found();
  for (const [index, form] of (['D-06-09', 'D-06-10'] as const).entries()) {
    const name = `示範乙${index}`;
    const values = valuesFor(office, { change: 'add', name });
    const submitted = await file(office, byCard(hashSubject(`c${index}`), name), form, values, organisation.id);
    unwrap(await letter(office, officer, submitted));
  }
  const queues = await listWaiting(context(), by(officer));
  const formsIn = (id: string) => queues.find(each => each.queue.id === id)?.page.applications.map(each => each.form);
  expect(formsIn('managers')).toEqual(['D-06-10']);
  expect(formsIn('by-letter')).toEqual(['D-06-09']);
});

test('D1-171 a return is kept with its note, in whose role it was done and for which duty', async () => {
  const { clerk, head } = await foundAgency(office);
  const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
  const submitted = await file(office, by(clerk), 'D-06-09', values);
  unwrap(await decide(office, head, submitted, 'return', '請補文號'));
  const acts = await context().database.applications.listActs(submitted.id);
  expect(acts.at(-1)).toMatchObject({ kind: 'return', note: '請補文號', role: 'unit-head', duty: 'review' });
});
