import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/accounts/account.ts';
import type { BindingRequest } from '../../src/accounts/binding-request.ts';
import type { OneDayPassword } from '../../src/accounts/one-day-password.ts';
import type { CredentialChanges, InitialSecret } from '../../src/flows/ports/credentials.ts';
import { aBinding, anEvent, commitAccount } from './people-of-record.ts';
import type { TestDatabase } from './test-database.ts';

const AT = new Date('2026-03-01T00:00:00Z');
const HASH = '$argon2id$v=19$m=19456,p=1,t=2$c2FsdHNhbHRzYWx0$aGFzaA';
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);

/** The contract of the credentials' slot of the `Database` port. */
export function describeCredentials(store: () => TestDatabase): void {
  describe('credentials', () => {
    let account: Account;
    beforeEach(async () => {
      ({ account } = await commitAccount(store().database));
    });
    const credentials = () => store().database.credentials;
    const write = <T>(work: (changes: CredentialChanges) => Promise<T>): Promise<T> =>
      store().database.change(async changes => ({ result: await work(changes.credentials), events: [anEvent()] }));

    const aSecret = (changes: Partial<InitialSecret> = {}): InitialSecret => ({
      id: randomUUID(),
      accountId: account.id,
      hash: HASH,
      issuedAt: AT,
      expiresAt: later(60),
      issuedBy: null,
      ...changes,
    });
    const aPassword = (seconds: number, kind: 'permanent' | 'one-day' = 'one-day') => ({
      id: randomUUID(),
      accountId: account.id,
      kind,
      hash: HASH,
      chosenAt: later(seconds),
    });

    test('a second initial secret replaces the first; each is used once', async () => {
      const [first, second] = [aSecret(), aSecret()];
      await write(changes => changes.issueInitialSecret(first));
      expect(await credentials().findInitialSecret(account.id)).toEqual(first);
      await write(changes => changes.issueInitialSecret(second));
      expect(await credentials().findInitialSecret(account.id)).toEqual(second);
      await expect(write(changes => changes.useInitialSecret(first.id, AT))).rejects.toThrow('No open initial secret');
      await write(changes => changes.useInitialSecret(second.id, AT));
      expect(await credentials().findInitialSecret(account.id)).toBeUndefined();
      await expect(write(changes => changes.useInitialSecret(second.id, AT))).rejects.toThrow('No open initial secret');
    });

    test('the newest secret is found with who handed it out, used or not; nobody hands out his own', async () => {
      expect(await credentials().findLastInitialSecret(account.id)).toBeUndefined();
      const { account: registrar } = await commitAccount(store().database);
      const [first, second] = [aSecret(), aSecret({ issuedAt: later(1), issuedBy: registrar.id })];
      await write(changes => changes.issueInitialSecret(first));
      await write(changes => changes.issueInitialSecret(second));
      await write(changes => changes.useInitialSecret(second.id, later(2)));
      expect(await credentials().findLastInitialSecret(account.id)).toEqual(second);
      const sameInstant = aSecret({ issuedAt: later(1) });
      await write(changes => changes.issueInitialSecret(sameInstant));
      const newer = aSecret({ issuedAt: later(1) });
      await write(changes => changes.issueInitialSecret(newer));
      expect((await credentials().findLastInitialSecret(account.id))?.id).not.toBe(sameInstant.id);
      const own = aSecret({ issuedBy: account.id });
      await expect(write(changes => changes.issueInitialSecret(own))).rejects.toMatchObject({ sqlState: '23514' });
    });

    test('two uses at the same moment: one stands', async () => {
      const secret = aSecret();
      await write(changes => changes.issueInitialSecret(secret));
      const uses = [1, 2, 3].map(() => write(changes => changes.useInitialSecret(secret.id, AT)));
      const settled = await Promise.allSettled(uses);
      expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('D1-153 nothing but an argon2id hash can be stored', async () => {
      const clear = { ...aSecret(), hash: 'ABCD-EFGH-JKLM-NPQR' };
      await expect(write(changes => changes.issueInitialSecret(clear))).rejects.toMatchObject({ sqlState: '23514' });
      const password = { ...aPassword(0), hash: 'Password1234' };
      await expect(write(changes => changes.insertPassword(password))).rejects.toMatchObject({ sqlState: '23514' });
    });

    test('the last three passwords are kept; the permanent one outlives them', async () => {
      const permanent = aPassword(0, 'permanent');
      const days = [1, 2, 3, 4].map(seconds => aPassword(seconds));
      for (const password of [permanent, ...days]) await write(changes => changes.insertPassword(password));
      const last = await credentials().listLastPasswords(account.id);
      expect(last.map(({ id }) => id)).toEqual(
        days
          .slice(1)
          .reverse()
          .map(({ id }) => id),
      );
      expect(await credentials().findPassword(account.id)).toEqual(permanent);
      const { rows } = await store().execute(`select id from passwords where account_id = '${account.id}'`);
      expect(rows).toHaveLength(4);
    });

    test('a permanent password replaces the one before; ended, there is none', async () => {
      const [first, second] = [aPassword(0, 'permanent'), aPassword(1, 'permanent')];
      await write(changes => changes.insertPassword(first));
      await write(changes => changes.insertPassword(second));
      expect(await credentials().findPassword(account.id)).toEqual(second);
      await write(changes => changes.endPassword(account.id, later(2)));
      expect(await credentials().findPassword(account.id)).toBeUndefined();
      expect(await credentials().listLastPasswords(account.id)).toHaveLength(2);
    });

    const aDay = (changes: Partial<OneDayPassword> = {}): OneDayPassword => ({
      id: randomUUID(),
      accountId: account.id,
      day: '2026-03-01',
      applicationNumber: 'D-06-11-115-0001',
      enabledBy: changes.enabledBy ?? '',
      enabledAt: AT,
      hash: HASH,
      changedAt: null,
      logins: 0,
      lastLoginAt: null,
      replacedAt: null,
      ...changes,
    });

    test('a one-day password is one a day; the second replaces the first, which stays in the list', async () => {
      const { account: registrar } = await commitAccount(store().database);
      const [first, second] = [
        aDay({ enabledBy: registrar.id }),
        aDay({ enabledBy: registrar.id, enabledAt: later(5) }),
      ];
      await write(changes => changes.enableOneDayPassword(first));
      await write(changes => changes.enableOneDayPassword(second));
      expect(await credentials().findOneDayPassword(account.id, '2026-03-01')).toEqual(second);
      expect(await credentials().findOneDayPassword(account.id, '2026-03-02')).toBeUndefined();
      const filter = { accountId: account.id, from: '2026-03-01', to: '2026-03-01' };
      expect(await credentials().listOneDayPasswords(filter)).toEqual([second, { ...first, replacedAt: later(5) }]);
      const used = { ...second, changedAt: later(6), logins: 1, lastLoginAt: later(6) };
      await write(changes => changes.updateOneDayPassword(used));
      expect(await credentials().findOneDayPassword(account.id, '2026-03-01')).toEqual(used);
      await expect(write(changes => changes.updateOneDayPassword({ ...first, logins: 1 }))).rejects.toThrow();
    });

    test('E5 the schema itself refuses that somebody enables his own', async () => {
      const own = write(changes => changes.enableOneDayPassword(aDay({ enabledBy: account.id })));
      await expect(own).rejects.toMatchObject({ sqlState: '23514' });
    });

    test('D1-149 no login counts before the change', async () => {
      const { account: registrar } = await commitAccount(store().database);
      const password = aDay({ enabledBy: registrar.id });
      await write(changes => changes.enableOneDayPassword(password));
      const early = write(changes => changes.updateOneDayPassword({ ...password, logins: 1 }));
      await expect(early).rejects.toMatchObject({ sqlState: '23514' });
    });

    const RULE = { attempts: 5, lockMs: 15_000 };
    const count = (seconds: number, subject = account.personId) =>
      write(changes => changes.countAttempt(subject, 'one-day-password', later(seconds), RULE));

    test('the fifth attempt locks; more change nothing; after the lock it starts anew', async () => {
      for (let attempt = 1; attempt <= 4; attempt += 1) {
        expect(await count(attempt)).toEqual({ attempts: attempt, lockedUntil: null, wasLocked: false });
      }
      expect(await count(5)).toEqual({ attempts: 5, lockedUntil: later(20), wasLocked: false });
      expect(await count(19)).toEqual({ attempts: 5, lockedUntil: later(20), wasLocked: true });
      expect(await count(20)).toEqual({ attempts: 1, lockedUntil: null, wasLocked: false });
      await write(changes => changes.clearAttempts(account.personId, 'one-day-password'));
      expect(await credentials().findAttempts(account.personId, 'one-day-password')).toBeUndefined();
    });

    test('attempts at the same moment are all counted, and each kind has its own counter', async () => {
      await Promise.all([1, 1, 1, 1].map(seconds => count(seconds)));
      expect(await credentials().findAttempts(account.personId, 'one-day-password')).toMatchObject({ attempts: 4 });
      expect(await credentials().findAttempts(account.personId, 'password')).toBeUndefined();
    });

    test('D1-095 who has not acknowledged a version of the rules', async () => {
      const version = randomUUID();
      expect(await credentials().hasAcknowledged(account.id, version)).toBe(false);
      expect(await credentials().listUnacknowledged(version)).toContain(account.id);
      await write(changes => changes.acknowledgeRules(account.id, version, AT));
      await write(changes => changes.acknowledgeRules(account.id, version, later(5)));
      expect(await credentials().hasAcknowledged(account.id, version)).toBe(true);
      expect(await credentials().listUnacknowledged(version)).not.toContain(account.id);
    });

    const aRequest = (seconds = 0): BindingRequest => {
      const { issuerKeyIdentifier, subjectSerialNumber, spkiSha256, certificateSha256, certificateDer, notAfter } =
        aBinding(account);
      return {
        ...{ issuerKeyIdentifier, subjectSerialNumber, spkiSha256, certificateSha256, certificateDer, notAfter },
        id: randomUUID(),
        accountId: account.id,
        kind: 'activation',
        holderName: '示範𠮷',
        holderLastFour: null,
        mismatches: ['name-not-comparable', 'last-four-absent'],
        requestedAt: later(seconds),
        state: 'waiting',
        decidedBy: null,
        decidedAt: null,
        note: null,
      };
    };

    test('a card waits until it is decided, once, by another; a newer one replaces it', async () => {
      const { account: registrar } = await commitAccount(store().database);
      const [first, second] = [aRequest(), aRequest(1)];
      await write(changes => changes.requestBinding(first));
      expect(await credentials().findWaitingRequest(account.id)).toEqual(first);
      await write(changes => changes.requestBinding(second));
      expect(await credentials().findBindingRequest(first.id)).toMatchObject({ state: 'replaced' });
      expect(await credentials().findLastRequest(account.id)).toEqual(second);
      expect((await credentials().listWaitingRequests()).map(({ id }) => id)).toContain(second.id);

      const decision = { state: 'confirmed', decidedAt: later(2), note: '核對無誤' } as const;
      const own = write(changes => changes.decideBindingRequest(second.id, { ...decision, decidedBy: account.id }));
      await expect(own).rejects.toMatchObject({ sqlState: '23514' });
      await write(changes => changes.decideBindingRequest(second.id, { ...decision, decidedBy: registrar.id }));
      expect(await credentials().findWaitingRequest(account.id)).toBeUndefined();
      const again = write(changes => changes.decideBindingRequest(second.id, { ...decision, decidedBy: registrar.id }));
      await expect(again).rejects.toThrow('that waits');
      expect(await credentials().findBindingRequest('no uuid')).toBeUndefined();
    });
  });
}
