import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import { changeProfile } from '../../../src/flows/accounts/change-profile.ts';
import { endDeputyship, nameDeputy, type DeputyRequest } from '../../../src/flows/accounts/deputies.ts';
import type { DeskActor } from '../../../src/flows/accounts/desk-act.ts';
import { composeEvent } from '../../../src/flows/gateway-context.ts';
import { findAuthorities } from '../../../src/flows/accounts/find-authorities.ts';
import {
  addOrganisation,
  addUnit,
  renameOrganisation,
  renameUnit,
} from '../../../src/flows/accounts/manage-organisations.ts';
import { settleMigratedGrant } from '../../../src/flows/accounts/settle-migrated-grant.ts';
import { suspendAccount } from '../../../src/flows/accounts/manage-account.ts';
import { setSuspension } from '../../../src/flows/accounts/suspend-account.ts';
import { commitPeopleOfDesk, type PeopleOfDesk } from '../../support/people-of-desk.ts';
import { openTestContext, type TestContext } from '../../support/gateway-context.ts';

const ORIGIN = { requestId: '00000000-0000-4000-8000-000000000000', clientAddress: '192.0.2.1' };

let world: TestContext;
let people: PeopleOfDesk;
beforeAll(async () => {
  world = await openTestContext();
  people = await commitPeopleOfDesk(world.context);
});
afterAll(() => world.close());

const by = (account: Account, mayDecide = true): DeskActor => ({ accountId: account.id, mayDecide, origin: ORIGIN });
const codeOf = (outcome: { ok: boolean } & object): unknown =>
  'failure' in outcome ? (outcome.failure as { code: string }).code : 'ok';
const fieldsOf = (outcome: object): unknown =>
  'failure' in outcome ? (outcome.failure as { problems: { field: string; code: string }[] }).problems : [];
const stateOf = async (account: Account) => (await world.context.database.accounts.findAccount(account.id))?.state;
const newest = async (code: string) => (await world.context.database.events.listEvents({ code, limit: 1 }))[0];

describe('suspending and resuming an account (D1-045)', () => {
  const suspend = (actor: DeskActor, account: Account, reason = '調查中') =>
    setSuspension(world.context, { actor, accountId: account.id, to: 'suspended', reason });
  const resume = (actor: DeskActor, account: Account, reason = '調查結束') =>
    setSuspension(world.context, { actor, accountId: account.id, to: 'resumed', reason });

  test('a registrar suspends a user of the agency: the sessions end, the event says who and why, and back again', async () => {
    const { session } = await world.openSession({ account: people.user });
    expect(await suspend(by(people.registrar), people.user)).toEqual({ ok: true, endedSessions: 1 });
    expect(await stateOf(people.user)).toBe('suspended');
    expect(await newest('account.suspended')).toMatchObject({
      actor: { kind: 'account', accountId: people.registrar.id },
      accountId: people.user.id,
      requestId: ORIGIN.requestId,
      facts: { reason: '調查中', before: 'active', after: 'suspended', basis: 'policy' },
    });
    expect(await newest('session.ended')).toMatchObject({ sessionReference: session.reference });
    expect(await resume(by(people.registrar), people.user)).toEqual({ ok: true, endedSessions: 0 });
    expect(await stateOf(people.user)).toBe('active');
  });

  test.each<[string, () => DeskActor, () => Account]>([
    ['a registrar of another agency', () => by(people.cityRegistrar), () => people.user],
    ['a registrar a colleague', () => by(people.registrar), () => people.secondRegistrar],
    ['a registrar his head', () => by(people.registrar), () => people.head],
    ['a registrar with a one-day password', () => by(people.registrar, false), () => people.user],
    ['a head', () => by(people.head), () => people.user],
    ['a case officer', () => by(people.caseOfficer), () => people.user],
    ['an auditor', () => by(people.auditor), () => people.user],
    ['a user', () => by(people.neighbour), () => people.user],
  ])('%s may not', async (_name, actor, account) => {
    expect(codeOf(await suspend(actor(), account()))).toBe('access-refused');
    expect(await stateOf(account())).toBe('active');
  });

  test('nobody suspends himself', async () => {
    expect(codeOf(await suspend(by(people.administrator), people.administrator))).toBe('own-account');
  });

  test.each([
    ['no reason', '', 'missing'],
    ['blanks', ' \u3000 ', 'missing'],
    ['10,000 characters', '長'.repeat(10_000), 'too-long'],
    ['control characters', 'a\u0007b', 'control-character'],
  ])('with %s it is refused beside the field, and nothing changes', async (_name, reason, code) => {
    expect(fieldsOf(await suspend(by(people.administrator), people.user, reason))).toMatchObject([
      { field: 'reason', code },
    ]);
    expect(await stateOf(people.user)).toBe('active');
  });

  test('of two at once only one happens', async () => {
    const outcomes = await Promise.all([
      suspend(by(people.registrar), people.neighbour),
      suspend(by(people.administrator), people.neighbour),
    ]);
    expect(outcomes.map(codeOf).sort()).toEqual(['changed-meanwhile', 'ok']);
    expect(codeOf(await resume(by(people.administrator), people.neighbour))).toBe('ok');
  });

  test('a registrar lifts what a registrar of the agency has set, and overrules nobody else', async () => {
    expect(codeOf(await suspend(by(people.administrator), people.user))).toBe('ok');
    expect(codeOf(await resume(by(people.registrar), people.user))).toBe('access-refused');
    expect(codeOf(await resume(by(people.administrator), people.user))).toBe('ok');
    const { loginName } = people.user;
    const suspended = await suspendAccount(world.context, { loginName, reason: '閒置', actor: { kind: 'gateway' } });
    expect(suspended.ok).toBe(true);
    expect(codeOf(await resume(by(people.registrar), people.user))).toBe('access-refused');
    expect(codeOf(await resume(by(people.administrator), people.user))).toBe('ok');
    expect(codeOf(await suspend(by(people.secondRegistrar), people.user))).toBe('ok');
    expect(codeOf(await resume(by(people.registrar), people.user))).toBe('ok');
  });

  test('D1-089 who was suspended before the first activation comes back to it, and not into use', async () => {
    const waiting = { ...people.user, id: randomUUID(), personId: randomUUID(), loginName: 'c-suspended' };
    await world.context.database.change(async changes => {
      await changes.insertPerson({ id: waiting.personId, name: waiting.name });
      await changes.insertAccount({ ...waiting, state: 'pending-activation' });
      const actor = { kind: 'gateway' } as const;
      return { result: undefined, events: [composeEvent(world.context, 'account.created', { actor })] };
    });
    const { loginName } = waiting;
    const suspended = await suspendAccount(world.context, { loginName, reason: '閒置', actor: { kind: 'gateway' } });
    expect(suspended.ok).toBe(true);
    expect(codeOf(await resume(by(people.administrator), waiting))).toBe('ok');
    expect(await stateOf(waiting)).toBe('pending-activation');
    expect(await newest('account.resumed')).toMatchObject({
      accountId: waiting.id,
      facts: { before: 'suspended', after: 'pending-activation' },
    });
  });

  test('an account that waits for activation is not resumed into use', async () => {
    await world.context.database.change(async changes => {
      const account = { ...people.user, id: randomUUID(), personId: randomUUID(), loginName: 'c-new' };
      await changes.insertPerson({ id: account.personId, name: account.name });
      await changes.insertAccount({ ...account, state: 'pending-activation' });
      return {
        result: account,
        events: [composeEvent(world.context, 'account.created', { actor: { kind: 'gateway' } })],
      };
    });
    const waiting = await world.context.database.accounts.findAccountByLoginName('c-new');
    expect(codeOf(await resume(by(people.administrator), waiting!))).toBe('changed-meanwhile');
  });
});

describe('rights taken over from an older system', () => {
  const settle = (actor: DeskActor, decision: 'approve' | 'refuse' = 'approve', reason = '業務需要屬實') =>
    settleMigratedGrant(world.context, {
      actor,
      accountId: people.user.id,
      grantId: people.pendingGrant.id,
      decision,
      reason,
    });

  test('are not approved by those who execute, by other units, or by one-day password', async () => {
    for (const actor of [by(people.registrar), by(people.administrator), by(people.cityHead), by(people.user)]) {
      expect(codeOf(await settle(actor))).toBe('access-refused');
    }
    expect(codeOf(await settle(by(people.head, false)))).toBe('access-refused');
    expect(codeOf(await settle(by(people.head), 'approve', ''))).toBe('fields-invalid');
  });

  test('D1-041 are not approved for a role that systems.yaml does not know any more', async () => {
    const systems = new Map([...world.context.systems].filter(([id]) => id !== people.pendingGrant.systemId));
    const act = {
      accountId: people.user.id,
      grantId: people.pendingGrant.id,
      decision: 'approve',
      reason: '需要',
    } as const;
    const outcome = await settleMigratedGrant({ ...world.context, systems }, { actor: by(people.head), ...act });
    expect(fieldsOf(outcome)).toEqual([{ field: 'reason', code: 'role-unknown' }]);
  });

  test('are approved by the head’s deputy once, in his own name', async () => {
    expect(await settle(by(people.deputy))).toEqual({ ok: true });
    expect(await newest('account.granted')).toMatchObject({
      actor: { kind: 'account', accountId: people.deputy.id },
      accountId: people.user.id,
      systemId: 'factory',
      facts: { before: 'pending', state: 'live', basis: 'migrated', basisReference: '業務需要屬實' },
    });
    expect(codeOf(await settle(by(people.head)))).toBe('changed-meanwhile');
    expect(codeOf(await settle(by(people.head), 'refuse'))).toBe('changed-meanwhile');
  });
});

describe('organisations and units (D1-003, D1-084)', () => {
  test('are added and renamed by 本署’s administrator, with an event each', async () => {
    const actor = by(people.administrator);
    const added = await addOrganisation(world.context, { actor, code: 'bank', name: '示範銀行', kind: 'other' });
    if (!added.ok) throw new Error(JSON.stringify(added.failure));
    expect(await newest('organisation.created')).toMatchObject({ facts: { code: 'bank', kind: 'other' } });
    const organisationId = added.organisation.id;
    const unit = await addUnit(world.context, { actor, organisationId, code: 'loans', name: '放款部' });
    if (!unit.ok) throw new Error(JSON.stringify(unit.failure));
    expect(await renameOrganisation(world.context, { actor, organisationId, name: '示範商業銀行' })).toEqual({
      ok: true,
    });
    const renamed = { actor, organisationId, unitId: unit.unit.id, name: '授信部' };
    expect(await renameUnit(world.context, renamed)).toEqual({ ok: true });
    expect(await world.context.database.accounts.findUnit(unit.unit.id)).toMatchObject({ name: '授信部' });
    expect(await newest('unit.changed')).toMatchObject({ facts: { before: '放款部', after: '授信部' } });
    expect(await newest('organisation.changed')).toMatchObject({
      facts: { before: '示範銀行', after: '示範商業銀行' },
    });
  });

  test.each([
    ['no code', { code: '' }, 'code', 'missing'],
    ['a code in capitals', { code: 'County' }, 'code', 'not-a-code'],
    ['a full-width code', { code: 'ｃｉｔｙ' }, 'code', 'not-a-code'],
    ['a code that is taken', { code: 'county' }, 'code', 'code-taken'],
    ['no name', { name: ' ' }, 'name', 'missing'],
    ['a name in two lines', { name: '甲\n乙' }, 'name', 'control-character'],
    ['10,000 characters', { name: '甲'.repeat(10_000) }, 'name', 'too-long'],
    ['a second 本署', { kind: 'ministry' }, 'kind', 'not-a-choice'],
  ])('with %s are refused beside the field', async (_name, change, field, code) => {
    const fine = { actor: by(people.administrator), code: 'village', name: '示範鄉公所', kind: 'agency' };
    expect(fieldsOf(await addOrganisation(world.context, { ...fine, ...change }))).toMatchObject([{ field, code }]);
  });

  test('are nobody else’s to change, and a unit belongs to its organisation', async () => {
    const village = { code: 'village', name: '示範鄉公所', kind: 'agency' };
    for (const actor of [
      by(people.registrar),
      by(people.caseOfficer),
      by(people.head),
      by(people.administrator, false),
    ]) {
      expect(codeOf(await addOrganisation(world.context, { actor, ...village }))).toBe('access-refused');
    }
    const foreign = { organisationId: people.city.id, unitId: people.commerce.id, name: '他科' };
    const actor = by(people.administrator);
    expect(codeOf(await renameUnit(world.context, { actor, ...foreign }))).toBe('changed-meanwhile');
  });
});

describe('deputies of unit heads', () => {
  const today = () => taipeiDayOf(world.context.clock.now());
  const request = (changes: Partial<DeputyRequest> = {}): DeputyRequest => ({
    principalId: people.cityHead.id,
    deputy: people.stranger.loginName,
    validFrom: today(),
    validUntil: today(),
    reason: '休假',
    ...changes,
  });
  const name = (actor: DeskActor, changes: Partial<DeputyRequest> = {}) =>
    nameDeputy(world.context, { actor, request: request(changes), maxDays: 30 });
  const isHead = async () =>
    (await findAuthorities(world.context.database.accounts, people.stranger, world.context.clock.now())).some(
      ({ role, onBehalfOf }) => role === 'unit-head' && onBehalfOf === people.cityHead.id,
    );

  test('a head names one and ends it; the deputy acts as head just so long', async () => {
    expect(await isHead()).toBe(false);
    const named = await name(by(people.cityHead));
    if (!named.ok) throw new Error(JSON.stringify(named.failure));
    expect(await isHead()).toBe(true);
    expect(await newest('deputy.named')).toMatchObject({
      accountId: people.cityHead.id,
      facts: { deputy: people.stranger.id, reason: '休假' },
    });
    expect(fieldsOf(await name(by(people.cityRegistrar)))).toEqual([{ field: 'validFrom', code: 'term-overlaps' }]);
    const end = { principalId: people.cityHead.id, deputyshipId: named.deputyship.id };
    expect(codeOf(await endDeputyship(world.context, { actor: by(people.stranger), ...end }))).toBe('access-refused');
    expect(codeOf(await endDeputyship(world.context, { actor: by(people.registrar), ...end }))).toBe('access-refused');
    expect(await endDeputyship(world.context, { actor: by(people.cityRegistrar), ...end })).toEqual({ ok: true });
    expect(await isHead()).toBe(false);
    expect(codeOf(await endDeputyship(world.context, { actor: by(people.cityHead), ...end }))).toBe(
      'changed-meanwhile',
    );
  });

  test('a registrar cannot make himself a head', async () => {
    const own = { deputy: people.cityRegistrar.loginName };
    expect(fieldsOf(await name(by(people.cityRegistrar), own))).toEqual([{ field: 'deputy', code: 'account-unfit' }]);
  });

  test.each<[string, () => DeskActor]>([
    ['a registrar of another agency', () => by(people.registrar)],
    ['a head of another agency', () => by(people.head)],
    ['a user', () => by(people.stranger)],
    ['本署’s administrator', () => by(people.administrator)],
    ['the head by one-day password', () => by(people.cityHead, false)],
  ])('%s names none', async (_name, actor) => {
    expect(codeOf(await name(actor()))).toBe('access-refused');
  });

  test('a deputy names no deputy', async () => {
    const further = { principalId: people.head.id, deputy: people.user.loginName };
    expect(codeOf(await name(by(people.deputy), further))).toBe('access-refused');
  });

  test.each<[string, () => Partial<DeputyRequest>, string, string]>([
    ['nobody', () => ({ deputy: '' }), 'deputy', 'account-unknown'],
    ['D1-170 somebody of another agency', () => ({ deputy: people.user.loginName }), 'deputy', 'account-unknown'],
    ['the head himself', () => ({ deputy: people.cityHead.loginName }), 'deputy', 'account-unfit'],
    ['no reason', () => ({ reason: '' }), 'reason', 'missing'],
    ['a day that does not exist', () => ({ validFrom: '2026-02-30' }), 'validFrom', 'not-a-day'],
    ['a term that begins in the past', () => ({ validFrom: '2020-01-01' }), 'validFrom', 'day-out-of-range'],
    ['a term that is too long', () => ({ validUntil: '2099-01-01' }), 'validUntil', 'day-out-of-range'],
  ])('with %s is refused beside the field', async (_name, changes, field, code) => {
    expect(fieldsOf(await name(by(people.cityHead), changes()))).toContainEqual(
      expect.objectContaining({ field, code }),
    );
    expect(await isHead()).toBe(false);
  });
});

describe('one’s own data (D1-044, D1-060)', () => {
  const change = (typed: Partial<Record<'title' | 'phone' | 'email', string>>) =>
    changeProfile(world.context, {
      accountId: people.neighbour.id,
      typed: { title: '科員', phone: '02-1234-5678', email: 'a@example.gov.tw', ...typed },
      origin: ORIGIN,
    });

  test('is changed, and the record keeps before and after, masked', async () => {
    expect(await change({ title: '專員', phone: '02-8765-4321', email: '' })).toEqual({ ok: true, changed: true });
    expect(await world.context.database.accounts.findPerson(people.neighbour.personId)).toMatchObject({
      title: '專員',
      phone: '02-8765-4321',
      email: null,
    });
    expect((await newest('profile.changed'))?.facts).toEqual({
      titleBefore: '科員',
      titleAfter: '專員',
      phoneBefore: '••••78',
      phoneAfter: '••••21',
      emailBefore: 'c•••@example.gov.tw',
      emailAfter: null,
    });
    expect(await change({ title: '專員', phone: '02-8765-4321', email: '' })).toEqual({ ok: true, changed: false });
  });

  test.each([
    ['markup in the mail', { email: '<img src=x onerror=alert(1)>' }, 'email', 'not-a-mail-address'],
    ['two mails', { email: 'a@example.gov.tw,b@example.gov.tw' }, 'email', 'not-a-mail-address'],
    ['full-width digits', { phone: '０２－１２３４' }, 'phone', 'not-half-width'],
    ['10,000 characters', { title: '長'.repeat(10_000) }, 'title', 'too-long'],
    ['control characters', { title: '科\u0000員' }, 'title', 'control-character'],
  ])('with %s is refused beside the field, and nothing is kept', async (_name, typed, field, code) => {
    expect(fieldsOf(await change(typed))).toMatchObject([{ field, code }]);
    expect(await world.context.database.accounts.findPerson(people.neighbour.personId)).toMatchObject({
      title: '專員',
    });
  });
});
