import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { decideApplication } from '../../../src/flows/applications/decide-application.ts';
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

const anAgency = () => foundAgency(office);

const reads = () => office.stores.context.database;

describe('the first route: head, then the agency’s own registrar', () => {
  test('D1-033 D1-170 D1-171 D1-172 a new account is opened, pending activation, with the rights of the form alone', async () => {
    const { head, registrar, clerk } = await anAgency();
    const values = valuesFor(office, { change: 'add', unit: 'commerce' }, [GRANT]);
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    expect(submitted).toMatchObject({ status: 'in-review', stage: 'head-review', isForAnother: true });
    expect(codeOf(await execute(office, registrar, submitted))).toBe('application-act-refused');
    const approved = unwrap(await decide(office, head, submitted)).application;
    expect(approved.stage).toBe('execution');
    const outcome = unwrap(await execute(office, registrar, approved));
    expect(outcome.secret).toMatch(/^[A-Z0-9-]{19,}$/);
    expect(outcome.application.status).toBe('executed');
    const account = await reads().accounts.findAccountByLoginName(values.fields['wishedLoginName'] ?? '');
    expect(account).toMatchObject({ state: 'pending-activation', roles: ['general-user'] });
    const access = await reads().accounts.findAccess(account?.id ?? '');
    expect(access?.grants).toMatchObject([
      { systemId: 'company', reason: '承辦公司登記', basis: submitted.number, state: 'live' },
    ]);
    expect(await reads().credentials.findInitialSecret(account?.id ?? '')).toBeDefined();
  });

  test('D1-041 an account that no row names a right for has none', async () => {
    const { head, registrar, clerk } = await anAgency();
    const submitted = await file(office, by(clerk), 'D-06-09', valuesFor(office, { change: 'add', unit: 'commerce' }));
    const approved = unwrap(await decide(office, head, submitted)).application;
    const { application } = unwrap(await execute(office, registrar, approved));
    const access = await reads().accounts.findAccess(application.subjectAccountId ?? '');
    expect(access?.grants).toEqual([]);
  });

  test('D1-064 D1-087 D1-175 a leaver is gone on his day: account deleted, rights ended, sessions over', async () => {
    const { head, registrar, clerk } = await anAgency();
    const values = valuesFor(office, { change: 'delete', loginName: clerk.loginName });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    expect(submitted.isForAnother).toBe(false);
    const approved = unwrap(await decide(office, head, submitted)).application;
    unwrap(await execute(office, registrar, approved));
    expect((await reads().accounts.findAccount(clerk.id))?.state).toBe('deleted');
  });

  test('D1-040 D1-080 nobody executes what was not approved, or approves what was refused', async () => {
    const { head, registrar, clerk } = await anAgency();
    const values = valuesFor(office, { change: 'suspend', loginName: clerk.loginName });
    const submitted = await file(office, by(clerk), 'D-06-09', values);
    expect(codeOf(await execute(office, registrar, submitted))).toBe('application-act-refused');
    const refused = unwrap(await decide(office, head, submitted, 'refuse', '不需要')).application;
    expect(refused.status).toBe('refused');
    expect(codeOf(await decide(office, head, refused))).toBe('application-act-refused');
    expect(codeOf(await execute(office, registrar, refused))).toBe('application-act-refused');
    expect((await reads().accounts.findAccount(clerk.id))?.state).toBe('active');
  });

  test('D1-171 the head’s note is mandatory, whatever he decides', async () => {
    const { head, clerk } = await anAgency();
    const submitted = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
    );
    for (const kind of ['approve', 'return', 'refuse'] as const) {
      expect(codeOf(await decide(office, head, submitted, kind, ' \n'))).toBe('application-note-missing');
    }
    expect(codeOf(await decide(office, head, submitted, 'return', '請補'))).toBe('ok');
  });

  test('head and registrar of another agency or unit reach nothing', async () => {
    const { clerk, place, head } = await anAgency();
    const other = await anAgency();
    const units = await reads().accounts.listUnits(place.organisation.id);
    const labour = units.find(each => each.code === 'labour') ?? null;
    const neighbour = await office.employ({ ...place, unit: labour }, ['unit-head']);
    const submitted = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
    );
    for (const stranger of [other.head, neighbour, other.registrar]) {
      expect(codeOf(await decide(office, stranger, submitted))).toBe('application-not-found');
    }
    for (const looking of [officer, administrator]) {
      expect(codeOf(await decide(office, looking, submitted))).toBe('application-role-missing');
    }
    const approved = unwrap(await decide(office, head, submitted)).application;
    expect(codeOf(await execute(office, other.registrar, approved))).toBe('application-not-found');
    for (const seeing of [administrator, head]) {
      expect(codeOf(await execute(office, seeing, approved))).toBe('application-role-missing');
    }
  });

  test('a session by one-day password decides nothing', async () => {
    const { clerk, head } = await anAgency();
    const submitted = await file(
      office,
      by(clerk),
      'D-06-09',
      valuesFor(office, { change: 'suspend', loginName: clerk.loginName }),
    );
    const { number, version } = submitted;
    const decision = { actor: by(head, false), number, version, kind: 'approve', note: '同意' } as const;
    expect(codeOf(await decideApplication(office.stores.context, decision))).toBe('application-needs-card');
  });
});

describe('the second route: by letter to 本署', () => {
  test('D1-010 D1-012 D1-013 D1-014 D1-160…164 D-06-10 from head to administrator, nothing skipped', async () => {
    const { head, registrar, clerk } = await anAgency();
    const values = valuesFor(office, { change: 'appoint', loginName: clerk.loginName }, [GRANT]);
    const submitted = await file(office, by(clerk), 'D-06-10', values);
    expect(submitted.route).toEqual(['head-review', 'letter', 'ministry-review', 'ministry-execution']);
    expect(codeOf(await decide(office, officer, submitted))).toBe('application-role-missing');
    const reviewed = unwrap(await decide(office, head, submitted)).application;
    expect(codeOf(await decide(office, officer, reviewed))).toBe('application-act-refused');
    expect(codeOf(await letter(office, clerk, reviewed))).toBe('application-role-missing');
    const lettered = unwrap(await letter(office, registrar, reviewed)).application;
    expect(lettered.letter).toMatchObject({ number: '示範府經商字第 1 號', agency: '示範縣政府' });
    expect(codeOf(await execute(office, administrator, lettered))).toBe('application-act-refused');
    const agreed = unwrap(await decide(office, officer, lettered)).application;
    for (const other of [registrar, head, officer]) {
      expect(codeOf(await execute(office, other, agreed))).toBe('application-role-missing');
    }
    const { application } = unwrap(await execute(office, administrator, agreed));
    expect(application.status).toBe('executed');
    expect((await reads().accounts.findAccount(clerk.id))?.roles).toContain('registrar');
    const acts = await reads().applications.listActs(application.id);
    expect(acts.map(each => [each.kind, each.role])).toEqual([
      ['draft', null],
      ['submit', null],
      ['approve', 'unit-head'],
      ['record-letter', 'registrar'],
      ['approve', 'case-officer'],
      ['execute', 'ministry-administrator'],
    ]);
  });

  test('D1-034 without a registrar, D-06-09 goes to 本署 by letter', async () => {
    const place = await office.found();
    const head = await office.employ(place, ['unit-head']);
    const clerk = await office.employ(place, ['general-user']);
    const submitted = await file(office, by(clerk), 'D-06-09', valuesFor(office, { change: 'add', unit: 'commerce' }));
    expect(submitted.route).toEqual(['head-review', 'letter', 'ministry-review', 'ministry-execution']);
    const reviewed = unwrap(await decide(office, head, submitted)).application;
    const lettered = unwrap(await letter(office, head, reviewed)).application;
    const agreed = unwrap(await decide(office, officer, lettered)).application;
    expect(codeOf(await execute(office, administrator, agreed))).toBe('ok');
  });

  test('E16 where no head exists the letter stands for his review; 本署 records it when it arrives', async () => {
    const { organisation } = await office.found();
    const actor = byCard('11'.repeat(32), '示範持卡人');
    const values = valuesFor(office, { change: 'add', name: '示範持卡人', gatewayRole: 'unit-head' });
    const submitted = await file(office, actor, 'D-06-09', values, organisation.id);
    expect(submitted.route).toEqual(['letter', 'ministry-review', 'ministry-execution']);
    const lettered = unwrap(await letter(office, officer, submitted)).application;
    const agreed = unwrap(await decide(office, officer, lettered)).application;
    const { application } = unwrap(await execute(office, administrator, agreed));
    expect((await reads().accounts.findAccount(application.subjectAccountId ?? ''))?.roles).toEqual(['unit-head']);
  });

  test.each(['unit-head', 'checker', 'auditor', 'case-officer', 'ministry-administrator'])(
    'D1-014 the role %s is given at 本署 alone',
    async gatewayRole => {
      const isOfMinistry = gatewayRole === 'case-officer' || gatewayRole === 'ministry-administrator';
      const { clerk } = isOfMinistry
        ? { clerk: await office.employ({ organisation: office.ministry, unit: null }, ['general-user']) }
        : await anAgency();
      const values = valuesFor(office, { change: 'change', loginName: clerk.loginName, gatewayRole, roleAct: 'add' });
      const submitted = await file(office, by(clerk), 'D-06-09', values);
      const head = isOfMinistry ? [] : ['head-review'];
      expect(submitted.route).toEqual([...head, 'letter', 'ministry-review', 'ministry-execution']);
    },
  );

  test('D1-084 D1-085 a body without competence: refused without legal basis, and one approval more with it', async () => {
    const place = await office.found('other');
    const head = await office.employ(place, ['unit-head']);
    const clerk = await office.employ(place, ['general-user']);
    const values = valuesFor(office, { change: 'add', unit: 'commerce' });
    await expect(file(office, by(clerk), 'D-06-09', values)).rejects.toThrow('legal-basis-missing');
    const based = { ...values, fields: { ...values.fields, legalBasis: '示範法第 1 條' } };
    const submitted = await file(office, by(clerk), 'D-06-09', based);
    expect(submitted.route).toEqual([
      'head-review',
      'letter',
      'competent-review',
      'ministry-review',
      'ministry-execution',
    ]);
    const reviewed = unwrap(await decide(office, head, submitted)).application;
    const lettered = unwrap(await letter(office, head, reviewed)).application;
    expect(codeOf(await decide(office, officer, lettered))).toBe('application-role-missing');
    expect(codeOf(await decide(office, head, lettered))).toBe('application-role-missing');
    const competent = await office.employ({ organisation: office.ministry, unit: null }, ['unit-head', 'case-officer']);
    const second = unwrap(await decide(office, competent, lettered)).application;
    expect(second.stage).toBe('ministry-review');
    expect(codeOf(await decide(office, competent, second))).toBe('application-second-duty');
    const agreed = unwrap(await decide(office, officer, second)).application;
    expect(codeOf(await execute(office, administrator, agreed))).toBe('ok');
  });
});
