import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { attachFile } from '../../../src/flows/applications/attach-file.ts';
import { decideApplication, withdrawApplication } from '../../../src/flows/applications/decide-application.ts';
import { nameDeputy } from '../../../src/flows/accounts/deputies.ts';
import { draftApplication } from '../../../src/flows/applications/draft-application.ts';
import { importAccounts } from '../../../src/flows/accounts/import-accounts.ts';
import { settleMigratedGrant } from '../../../src/flows/accounts/settle-migrated-grant.ts';
import { submitApplication } from '../../../src/flows/applications/submit-application.ts';
import { viewApplication } from '../../../src/flows/applications/view-application.ts';
import {
  by,
  codeOf,
  decide,
  desk,
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
let officer: Account;
beforeAll(async () => {
  office = await openOffice();
  officer = await office.employ({ organisation: office.ministry, unit: null }, ['case-officer']);
});
afterAll(() => office.close());

const context = () => office.stores.context;

/** Makes `deputy` stand in for `head` today. */
async function standIn(head: Account, deputy: Account, namedBy = head): Promise<void> {
  const term = { validFrom: office.today, validUntil: office.today };
  const request = { principalId: head.id, deputy: deputy.loginName, reason: '休假', ...term };
  unwrap(await nameDeputy(context(), { actor: desk(namedBy), maxDays: 30, request }));
}

describe('a deputy may do nothing that his head may not (DESIGN rule 7)', () => {
  test('D1-171 neither on what the head filed nor on what is about him', async () => {
    const { place, head, registrar, clerk } = await foundAgency(office);
    const second = await office.employ(place, ['unit-head']);
    const deputy = await office.employ(place, ['general-user']);
    await standIn(head, deputy, registrar);
    const own = valuesFor(office, { change: 'change', loginName: head.loginName }, [GRANT]);
    const filed = await file(office, by(head), 'D-06-09', own);
    expect(codeOf(await decide(office, deputy, filed))).toBe('application-own');
    const leaving = valuesFor(office, { change: 'delete', loginName: head.loginName });
    const about = await file(office, by(clerk), 'D-06-09', leaving);
    expect(codeOf(await decide(office, deputy, about))).toBe('application-own');
    // For another head he may.
    await standIn(second, deputy);
    expect(codeOf(await decide(office, deputy, about))).toBe('ok');
  });

  test('D1-172 the head whose deputy has reviewed does not execute', async () => {
    const place = await office.found();
    const both = await office.employ(place, ['unit-head', 'registrar']);
    const registrar = await office.employ(place, ['registrar']);
    const deputy = await office.employ(place, ['general-user']);
    const user = await office.employ(place, ['general-user']);
    await standIn(both, deputy);
    const values = valuesFor(office, { change: 'change', loginName: user.loginName }, [GRANT]);
    const submitted = await file(office, by(user), 'D-06-09', values);
    const approved = unwrap(await decide(office, deputy, submitted)).application;
    expect(codeOf(await execute(office, both, approved))).toBe('application-second-duty');
    expect(codeOf(await execute(office, registrar, approved))).toBe('ok');
  });

  test('E16 where the only head is not free his deputy is no head either: the letter stands for the review', async () => {
    const { head, clerk } = await foundAgency(office);
    await standIn(head, clerk);
    const values = valuesFor(office, { change: 'change', loginName: head.loginName }, [GRANT]);
    expect((await file(office, by(head), 'D-06-09', values)).route).toEqual([
      'letter',
      'ministry-review',
      'ministry-execution',
    ]);
  });

  test('a right of the head’s from an older system is not approved by his deputy', async () => {
    const { head, clerk } = await foundAgency(office);
    await standIn(head, clerk);
    const grantId = await office.takeOver(head, 'factory', 'case-handler');
    const act = { accountId: head.id, grantId, decision: 'approve', reason: '業務需要' } as const;
    expect(codeOf(await settleMigratedGrant(context(), { actor: desk(clerk), ...act }))).toBe('access-refused');
    expect(codeOf(await settleMigratedGrant(context(), { actor: desk(officer), ...act }))).toBe('ok');
  });

  test('D1-049 the head does not review the form that names him successor', async () => {
    const { place, head, clerk } = await foundAgency(office);
    const leaver = await office.employ(place, ['registrar']);
    const values = valuesFor(office, { change: 'delete', loginName: leaver.loginName, successor: head.loginName });
    const second = await office.employ(place, ['unit-head']);
    const submitted = await file(office, by(clerk), 'D-06-10', values);
    expect(codeOf(await decide(office, head, submitted))).toBe('application-own');
    expect(codeOf(await decide(office, second, submitted))).toBe('ok');
    await office.setState(second.id, 'suspended');
    expect((await file(office, by(clerk), 'D-06-10', values)).route).not.toContain('head-review');
  });
});

describe('who sees (D1-083)', () => {
  test('D1-083 a namesake without last four characters sees nothing of a form elsewhere, and decides on none here', async () => {
    const { clerk, head } = await foundAgency(office);
    const values = valuesFor(office, { change: 'add', unit: 'commerce', name: '示範同名', idLastFour: '9876' });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    const other = await office.found();
    const csv = `login_name,name,organisation\nsame.name,示範同名,${other.organisation.code}\n`;
    const actor = { kind: 'gateway' } as const;
    expect((await importAccounts(context(), { file: Buffer.from(csv), actor, dryRun: false })).ok).toBe(true);
    const namesake = await context().database.accounts.findAccountByLoginName('same.name');
    if (namesake === undefined) throw new Error('Not imported.');
    await office.setState(namesake.id, 'active');
    expect(await viewApplication(context(), by(namesake), submitted.number)).toBeUndefined();
    expect((await viewApplication(context(), by(head), submitted.number))?.isMasked).toBe(false);
  });

  test('a stranger learns of no application that it is there, whatever version he names', async () => {
    const { clerk } = await foundAgency(office);
    const stranger = await foundAgency(office);
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    for (const [number, version] of [
      [submitted.number, submitted.version],
      [submitted.number, 99],
      ['D-06-09-2026-9999', 1],
    ] as const) {
      const decision = { actor: by(stranger.head), number, version, kind: 'approve', note: '同意' } as const;
      expect(codeOf(await decideApplication(context(), decision))).toBe('application-not-found');
    }
    const bad = { fileName: 'a.txt', bytes: Buffer.from('text') };
    expect(codeOf(await letter(office, stranger.head, submitted, bad))).toBe('application-not-found');
  });
});

describe('files', () => {
  async function draftWithFiles(actor: ReturnType<typeof by>, loginName: string, count: number) {
    const values = valuesFor(office, { change: 'appoint', loginName });
    const draft = { actor, form: 'D-06-10', organisationId: null, values } as const;
    let { application } = unwrap(await draftApplication(context(), draft));
    const upload = {
      actor,
      number: application.number,
      kind: 'basis',
      file: { fileName: 'a.pdf', bytes: PDF },
    } as const;
    for (let added = 0; added < count; added += 1) {
      const { version } = application;
      ({ application } = unwrap(await attachFile(context(), { ...upload, version })));
    }
    return application;
  }

  test('D1-012 D1-162 however much is attached the letter is recorded; at its stage the form can be returned or refused', async () => {
    const { clerk, head, registrar } = await foundAgency(office);
    const actor = by(clerk);
    const full = await draftWithFiles(actor, clerk.loginName, 10);
    const submission = { actor, number: full.number, version: full.version };
    const submitted = unwrap(await submitApplication(context(), submission)).application;
    const reviewed = unwrap(await decide(office, head, submitted)).application;
    expect(reviewed.stage).toBe('letter');
    expect(codeOf(await decide(office, clerk, reviewed, 'refuse'))).toBe('application-role-missing');
    const returned = unwrap(await decide(office, officer, reviewed, 'return')).application;
    expect(returned.status).toBe('returned');
    const again = { ...submission, version: returned.version };
    const second = unwrap(await submitApplication(context(), again)).application;
    const atLetter = unwrap(await decide(office, head, second)).application;
    expect(codeOf(await letter(office, registrar, atLetter))).toBe('ok');
  });

  test('of a draft that was never submitted nothing is kept when it is withdrawn', async () => {
    const { clerk } = await foundAgency(office);
    const draft = await draftWithFiles(by(clerk), clerk.loginName, 2);
    const { id, number, version } = draft;
    const { applications } = context().database;
    expect(await applications.listAttachments(id)).toHaveLength(2);
    unwrap(await withdrawApplication(context(), { actor: by(clerk), number, version, note: '' }));
    expect(await applications.listAttachments(id)).toEqual([]);
  });
});
