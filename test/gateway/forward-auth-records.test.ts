import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { composeNamedParameters } from '../../src/audit/named-values.ts';
import { policySchema } from '../../src/config/policy-rules.ts';
import { StoreFault } from '../../src/flows/ports/store-fault.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';
import { askAs, startForwardAuth, type ForwardAuthUnderTest } from './forward-auth-under-test.ts';

let rig: TestContext;
let gateway: ForwardAuthUnderTest;
let fields: Record<string, string>;
let isAway = false;
const open = async (audit: 'batched' | 'strict'): Promise<void> => {
  rig = await openTestContext({
    company: {
      audit,
      policy: policySchema.parse([{ paths: ['/admin/'], deny: true }, { methods: ['GET'] }]),
      namedParameters: composeNamedParameters(['idNo'], []),
    },
    accessRecords: real => ({
      listAccessRecords: (filter, page) => real.listAccessRecords(filter, page),
      insertAccessRecords: records =>
        isAway ? Promise.reject(new StoreFault('away')) : real.insertAccessRecords(records),
    }),
  });
  gateway = await startForwardAuth(rig);
};
const close = async (): Promise<void> => {
  await gateway.listener.close(0);
  await rig.close();
};
const records = () => rig.context.database.accessRecords.listAccessRecords({}, { after: null, limit: 100 });
beforeEach(() => {
  isAway = false;
});

describe('a decision for a proxy that asks', () => {
  beforeAll(() => open('batched'));
  afterAll(close);
  beforeEach(async () => {
    fields = { Cookie: `__Host-gw=${await (await rig.openSession()).cookieFor('company')}` };
  });

  test('is on record, allowed or denied, of those who are known (D1-111: forward-auth)', async () => {
    await askAs(gateway.port, 'caddy', { fields, target: '/cases/1?idNo=A123456789&x=s3cret' });
    await askAs(gateway.port, 'caddy', { fields, target: '/admin/1' });
    await askAs(gateway.port, 'caddy', { target: '/anonymous' });
    await expect.poll(records).toHaveLength(2);
    const [second, first] = await records();
    expect(first).toMatchObject({
      channel: 'forward-auth',
      accountId: rig.account.id,
      method: 'GET',
      path: '/cases/1',
      named: [{ as: 'subject', masked: 'A1••••••89' }],
      decision: { allow: true, reason: 'role-granted', rule: 2 },
      outcome: 'complete',
      status: 200,
      clientAddress: '198.51.100.7',
    });
    expect(second).toMatchObject({ decision: { allow: false, reason: 'rule-denies', rule: 1 }, outcome: 'refused' });
    expect(JSON.stringify([first, second])).not.toMatch(/s3cret|123456789/);
  });
});

describe('a decision about a system whose records are strict', () => {
  beforeAll(() => open('strict'));
  afterAll(close);
  beforeEach(async () => {
    fields = { Cookie: `__Host-gw=${await (await rig.openSession()).cookieFor('company')}` };
  });

  test('is on record before the proxy has it', async () => {
    expect((await askAs(gateway.port, 'nginx', { fields, target: '/strict' })).status).toBe(200);
    expect(await records()).toMatchObject([{ path: '/strict', outcome: 'complete', status: 200 }]);
  });

  test('is no yes where it cannot be on record, known before or not', async () => {
    isAway = true;
    await expect(askAs(gateway.port, 'nginx', { fields, target: '/unwritten' })).rejects.toThrow();
    expect((await askAs(gateway.port, 'nginx', { fields, target: '/unwritable' })).status).toBe(503);
    isAway = false;
    await expect.poll(() => rig.context.access.isWritable).toBe(true);
    expect((await askAs(gateway.port, 'nginx', { fields, target: '/writable' })).status).toBe(200);
  });
});
