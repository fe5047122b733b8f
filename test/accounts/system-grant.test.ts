import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rolesInSystem, type SystemGrant } from '../../src/accounts/system-grant.ts';

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

describe('roles in a system on a day', () => {
  test('without a grant there are none (D1-041)', () => {
    expect(rolesInSystem([], 'company', '2026-03-15')).toEqual([]);
  });

  test.each([
    ['the day before the term', '2026-02-28', false],
    ['its first day', '2026-03-01', true],
    ['its last day', '2026-03-31', true],
    ['the day after', '2026-04-01', false],
    ['the same day a year later', '2027-03-15', false],
  ])('%s', (_moment, day, holds) => {
    expect(rolesInSystem([grant], 'company', day)).toEqual(holds ? ['case-handler'] : []);
  });

  test('a grant without end holds until it is taken back', () => {
    expect(rolesInSystem([{ ...grant, validUntil: null }], 'company', '2099-12-31')).toEqual(['case-handler']);
    expect(rolesInSystem([{ ...grant, validUntil: null }], 'company', '2026-02-28')).toEqual([]);
  });

  test('a grant of one system gives nothing in another, nor in one of a similar name', () => {
    for (const systemId of ['business', 'COMPANY', 'company-2', '']) {
      expect(rolesInSystem([grant], systemId, '2026-03-15')).toEqual([]);
    }
  });

  test('roles come sorted and once', () => {
    const grants = ['reader', 'case-handler', 'reader'].map(role => ({ ...grant, role }));
    expect(rolesInSystem(grants, 'company', '2026-03-15')).toEqual(['case-handler', 'reader']);
  });

  test('never more than what was granted, in whatever order the grants come', () => {
    const day = fc
      .date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
      .map(date => date.toISOString().slice(0, 10));
    const grants = fc.array(
      fc.record({
        systemId: fc.constantFrom('company', 'business'),
        role: fc.constantFrom('a', 'b', 'c'),
        validFrom: day,
        validUntil: fc.option(day),
      }),
    );
    fc.assert(
      fc.property(grants, day, (drawn, today) => {
        const given = drawn.map(part => ({ ...grant, ...part }));
        const roles = rolesInSystem(given, 'company', today);
        expect(rolesInSystem(given.toReversed(), 'company', today)).toEqual(roles);
        for (const role of roles) expect(given.some(one => one.systemId === 'company' && one.role === role)).toBe(true);
      }),
    );
  });
});
