import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { hashSubject } from '../../../src/applications/sheet.ts';
import { attachFile } from '../../../src/flows/applications/attach-file.ts';
import { withdrawApplication } from '../../../src/flows/applications/decide-application.ts';
import { draftApplication, saveDraft } from '../../../src/flows/applications/draft-application.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
import { submitApplication } from '../../../src/flows/applications/submit-application.ts';
import { aBinding } from '../../contract/people-of-record.ts';
import {
  by,
  byCard,
  codeOf,
  decide,
  execute,
  file,
  foundAgency,
  letter,
  openOffice,
  takeToMinistry,
  unwrap,
  valuesFor,
  type Office,
} from './office.ts';

let office: Office;
let officer: Account;
let administrator: Account;
beforeAll(async () => {
  office = await openOffice();
  const ministry = { organisation: office.ministry, unit: null };
  officer = await office.employ(ministry, ['case-officer']);
  administrator = await office.employ(ministry, ['ministry-administrator']);
});
afterAll(() => office.close());

const context = () => office.stores.context;

describe('nobody acts on his own (DESIGN rule 7)', () => {
  test('a head neither on what is about him nor on what he filed for another', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const second = await office.employ(place, ['unit-head']);
    const about = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: head.loginName }),
    );
    expect(codeOf(await decide(office, head, about))).toBe('application-own');
    expect(codeOf(await decide(office, second, about))).toBe('ok');
    const filed = await file(
      office,
      by(head),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
    );
    expect(codeOf(await decide(office, head, filed))).toBe('application-own');
    expect(codeOf(await decide(office, second, filed))).toBe('ok');
  });

  test('a registrar does not execute what he filed: another does, else it goes to 本署', async () => {
    const { place, head, registrar, clerk } = await foundAgency(office);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const alone = await file(office, by(registrar), 'D-06-09', values);
    expect(alone.route).toContain('ministry-execution');
    const other = await office.employ({ ...place, unit: null }, ['registrar']);
    const filed = await file(office, by(registrar), 'D-06-09', values);
    expect(filed.route).toEqual(['head-review', 'execution']);
    const approved = unwrap(await decide(office, head, filed)).application;
    expect(codeOf(await execute(office, registrar, approved))).toBe('application-own');
    expect(codeOf(await execute(office, other, approved))).toBe('ok');
  });

  test('not even as the new person who has the head’s name and last four characters', async () => {
    const { head, clerk } = await foundAgency(office);
    const person = await context().database.accounts.findPerson(head.personId);
    const values = valuesFor(office, {
      change: 'add',
      unit: 'commerce',
      name: head.name,
      idLastFour: person?.idLastFour ?? '',
    });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    expect(codeOf(await decide(office, head, submitted))).toBe('application-own');
  });

  test('nor with an account that he was given after he had applied by card', async () => {
    const { place, head } = await foundAgency(office);
    const binding = aBinding(head);
    await context().database.change(async changes => {
      await changes.insertBinding({ ...binding, id: randomUUID() });
      return {
        result: undefined,
        events: [composeEvent(context(), 'certificate.bound', { actor: { kind: 'gateway' } })],
      };
    });
    const actor = byCard(hashSubject(binding.subjectSerialNumber), '示範另名');
    const second = await office.employ(place, ['unit-head']);
    const values = valuesFor(office, { change: 'add', name: '示範另名', unit: 'commerce' });
    const submitted = await file(office, actor, 'D-06-09', values, place.organisation.id);
    expect(codeOf(await decide(office, head, submitted))).toBe('application-own');
    expect(codeOf(await decide(office, second, submitted))).toBe('ok');
  });
});

describe('nobody has two duties in one application', () => {
  test('the head who is registrar too reviews, and then does not execute', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const both = await office.employ({ ...place, unit: null }, ['unit-head', 'registrar']);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    const approved = unwrap(await decide(office, both, submitted)).application;
    expect(codeOf(await execute(office, both, approved))).toBe('application-second-duty');
    const again = await file(office, by(clerk), 'D-06-09', values);
    const byHead = unwrap(await decide(office, head, again)).application;
    expect(codeOf(await execute(office, both, byHead))).toBe('ok');
  });

  test('the officer who is administrator too decides, and then does not execute', async () => {
    const { head, clerk } = await foundAgency(office);
    const both = await office.employ({ organisation: office.ministry, unit: null }, [
      'case-officer',
      'ministry-administrator',
    ]);
    const submitted = await file(
      office,
      by(clerk),
      'D-06-10',
      valuesFor(office, { change: 'appoint', loginName: clerk.loginName }),
    );
    const agreed = await takeToMinistry(office, submitted, { head, officer: both });
    expect(codeOf(await execute(office, both, agreed))).toBe('application-second-duty');
    expect(codeOf(await execute(office, administrator, agreed))).toBe('ok');
  });

  test('the head who returned a form may approve it the second time: it is the same duty', async () => {
    const { head, registrar, clerk } = await foundAgency(office);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    const returned = unwrap(await decide(office, head, submitted, 'return', '請補人事派令文號')).application;
    expect(returned).toMatchObject({ status: 'returned', stage: null });
    const actor = by(clerk);
    const { number } = returned;
    const saved = unwrap(await saveDraft(context(), { actor, number, version: returned.version, values })).application;
    const again = unwrap(await submitApplication(context(), { actor, number, version: saved.version })).application;
    const approved = unwrap(await decide(office, head, again)).application;
    expect(codeOf(await execute(office, registrar, approved))).toBe('ok');
  });

  test('the applicant records no letter, though he is a registrar', async () => {
    const { place, head } = await foundAgency(office);
    const mover = await office.employ({ ...place, unit: null }, ['registrar']);
    const chief = await office.employ({ ...place, unit: null }, ['unit-head']);
    const submitted = await file(
      office,
      by(mover),
      'D-06-10',
      valuesFor(office, { change: 'delete', loginName: mover.loginName }),
    );
    expect(codeOf(await decide(office, head, submitted))).toBe('application-not-found');
    const reviewed = unwrap(await decide(office, chief, submitted)).application;
    expect(codeOf(await letter(office, mover, reviewed))).toBe('application-own');
    expect(codeOf(await letter(office, chief, reviewed))).toBe('ok');
  });
});

describe('who files', () => {
  test('a form for somebody else needs the signed sheet', async () => {
    const { clerk, head } = await foundAgency(office);
    const actor = by(clerk);
    const values = valuesFor(office, { change: 'suspend', loginName: head.loginName });
    const draft = unwrap(
      await draftApplication(context(), { actor, form: 'D-06-09', organisationId: null, values }),
    ).application;
    const { number, version } = draft;
    expect(codeOf(await submitApplication(context(), { actor, number, version }))).toBe('application-sheet-missing');
    const wrong = { fileName: 'sheet.pdf', bytes: Buffer.from('<html>') };
    const attach = { actor, number, version, kind: 'signed-sheet', file: wrong } as const;
    expect(codeOf(await attachFile(context(), attach))).toBe('attachment-refused');
  });

  test('nobody of another unit files for me, and nobody of another agency at all', async () => {
    const { place, clerk } = await foundAgency(office);
    const units = await context().database.accounts.listUnits(place.organisation.id);
    const stranger = await office.employ({ ...place, unit: units.find(each => each.code === 'labour') ?? null }, [
      'general-user',
    ]);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    await expect(file(office, by(stranger), 'D-06-09', values)).rejects.toThrow('application-form-not-yours');
    const foreign = await foundAgency(office);
    await expect(file(office, by(foreign.clerk), 'D-06-09', values)).rejects.toThrow('account-unknown');
  });

  test('D1-170 the organisation is the filer’s own; another is refused', async () => {
    const { clerk } = await foundAgency(office);
    const other = await office.found();
    const values = valuesFor(office, { change: 'add' });
    const draft = { actor: by(clerk), form: 'D-06-09', organisationId: other.organisation.id, values } as const;
    expect(codeOf(await draftApplication(context(), draft))).toBe('application-organisation-foreign');
  });

  test('a card without an account applies for its holder alone', async () => {
    const { organisation } = await office.found();
    // A card has one application under way; each attempt comes with another.
    const card = (subject: string) => byCard(hashSubject(subject), '示範持卡人', '6789');
    const apply = (changes: Record<string, string>) =>
      file(
        office,
        card(JSON.stringify(changes)),
        'D-06-09',
        valuesFor(office, { change: 'add', ...changes }),
        organisation.id,
      );
    await expect(apply({ name: '示範別人', idLastFour: '6789' })).rejects.toThrow('name-not-of-card');
    await expect(apply({ name: '示範持卡人', idLastFour: '0000' })).rejects.toThrow('name-not-of-card');
    await expect(apply({ change: 'delete', loginName: 'demo.1' })).rejects.toThrow('account-unknown');
    expect((await apply({ name: '示範持卡人', idLastFour: '6789' })).isForAnother).toBe(false);
    const values = valuesFor(office, { loginName: 'demo.1', reasonKind: 'other' });
    const draft = { actor: card('22'), form: 'D-06-11', organisationId: organisation.id, values } as const;
    expect(codeOf(await draftApplication(context(), draft))).toBe('application-form-not-yours');
  });

  test('a draft is its filer’s alone, to change, to submit and to withdraw', async () => {
    const { clerk, head } = await foundAgency(office);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const drafted = { actor: by(clerk), form: 'D-06-09', organisationId: null, values } as const;
    const { number, version } = unwrap(await draftApplication(context(), drafted)).application;
    const actor = by(head);
    expect(codeOf(await saveDraft(context(), { actor, number, version, values }))).toBe('application-not-found');
    expect(codeOf(await submitApplication(context(), { actor, number, version }))).toBe('application-not-found');
    expect(codeOf(await withdrawApplication(context(), { actor, number, version, note: '' }))).toBe(
      'application-not-found',
    );
    expect(codeOf(await withdrawApplication(context(), { actor: by(clerk), number, version, note: '' }))).toBe('ok');
  });
});

describe('at the same moment', () => {
  test('two heads who decide at once give one decision', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const second = await office.employ(place, ['unit-head']);
    const submitted = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
    );
    const outcomes = await Promise.all([
      decide(office, head, submitted, 'approve', '同意'),
      decide(office, second, submitted, 'refuse', '不同意'),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['application-changed', 'ok']);
    const acts = await context().database.applications.listActs(submitted.id);
    expect(acts.filter(each => each.duty === 'review')).toHaveLength(1);
  });

  test('two registrars who execute at once open one account', async () => {
    const { place, head, registrar, clerk } = await foundAgency(office);
    const second = await office.employ({ ...place, unit: null }, ['registrar']);
    const submitted = await file(office, by(clerk), 'D-06-09', valuesFor(office, { change: 'add', unit: 'commerce' }));
    const approved = unwrap(await decide(office, head, submitted)).application;
    const outcomes = await Promise.all([execute(office, registrar, approved), execute(office, second, approved)]);
    expect(outcomes.map(codeOf).sort()).toEqual(['application-changed', 'ok']);
  });

  test('twenty drafts and submissions at once have one number each', async () => {
    const { place } = await foundAgency(office);
    const clerks = await Promise.all(Array.from({ length: 20 }, () => office.employ(place, ['general-user'])));
    const submitted = await Promise.all(
      clerks.map(clerk =>
        file(office, by(clerk), 'D-06-09', valuesFor(office, { change: 'suspend', loginName: clerk.loginName })),
      ),
    );
    expect(new Set(submitted.map(each => each.number)).size).toBe(20);
    for (const { number } of submitted) expect(number).toMatch(/^D-06-09-\d{4}-\d{4}$/);
  });
});

test('officers of 本署 see no way round: the case officer decides only what lies before him', async () => {
  const { clerk } = await foundAgency(office);
  const submitted = await file(
    office,
    by(clerk),
    'D-06-09',
    valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
  );
  expect(codeOf(await decide(office, officer, submitted))).toBe('application-role-missing');
});
