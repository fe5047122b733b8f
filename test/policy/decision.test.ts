import { describe, expect, test } from 'vitest';
import { ACCOUNT_STATES, GATEWAY_ROLES, type Account } from '../../src/accounts/account.ts';
import type { SystemGrant } from '../../src/accounts/system-grant.ts';
import { admit } from '../../src/policy/decision.ts';

const account: Account = {
  id: 'account',
  loginName: 'example',
  personId: 'person',
  name: '示範員',
  organisationId: 'organisation',
  unitId: null,
  state: 'active',
  roles: [],
  issuedAt: new Date(0),
  lastLoginAt: null,
};
const grant: SystemGrant = {
  id: 'grant',
  accountId: 'account',
  systemId: 'company',
  role: 'case-handler',
  reason: '承辦公司登記',
  basis: 'demo',
  validFrom: '2026-03-01',
  validUntil: '2026-03-31',
  state: 'live',
};

describe('admission to a system (D1-041, D1-096)', () => {
  test('an active account with a grant passes, with its roles there', () => {
    const access = { account, grants: [grant, { ...grant, systemId: 'business', role: 'reader' }] };
    expect(admit(access, 'company', '2026-03-15')).toEqual({
      allow: true,
      roles: ['case-handler'],
    });
  });

  test.each(ACCOUNT_STATES.filter(state => state !== 'active'))('%s does not pass, whatever it is granted', state => {
    const access = { account: { ...account, state }, grants: [grant] };
    expect(admit(access, 'company', '2026-03-15')).toEqual({ allow: false, reason: 'account-not-active' });
  });

  test.each([
    ['no grant', [], 'company', '2026-03-15'],
    ['a grant of another system', [grant], 'business', '2026-03-15'],
    ['a grant not yet begun', [grant], 'company', '2026-02-28'],
    ['a grant that is over (D1-087)', [grant], 'company', '2026-04-01'],
  ] as const)('with %s it does not pass', (_defect, grants, systemId, day) => {
    expect(admit({ account, grants }, systemId, day)).toEqual({ allow: false, reason: 'no-grant-for-system' });
  });

  test('roles in the portal open no business system', () => {
    const access = { account: { ...account, roles: GATEWAY_ROLES }, grants: [] };
    expect(admit(access, 'company', '2026-03-15')).toEqual({ allow: false, reason: 'no-grant-for-system' });
  });
});
