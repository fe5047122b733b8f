import { describe, expect, test } from 'vitest';
import { PROBLEMS, composeProblem, exposedFacts, isFailureCode } from '../../src/web/problem.ts';

const about = { portalOrigin: 'https://portal.gateway.test', title: '…', requestId: 'r' };

describe('the table from failure to answer', () => {
  test.each(Object.entries(PROBLEMS))('%s is a refusal', (code, row) => {
    expect(isFailureCode(code)).toBe(true);
    if (!['internal-fault', 'busy', 'unavailable'].includes(code)) expect(row.status).toBeLessThan(500);
  });

  test('shows the facts that its row names, instants as RFC 3339, and no other', () => {
    const failure = {
      code: 'certificate-expired',
      certificate: 'aa'.repeat(32),
      notAfter: new Date('2026-11-20T15:59:59Z'),
      validationTime: new Date('2026-11-23T00:00:00Z'),
    } as const;
    expect(composeProblem(failure, about)).toEqual({
      type: 'https://portal.gateway.test/login/failed?code=certificate-expired',
      title: '…',
      status: 403,
      code: 'certificate-expired',
      requestId: 'r',
      facts: { notAfter: '2026-11-20T15:59:59.000Z' },
    });
  });

  test('shows no facts where its row names none', () => {
    const failure = { code: 'account-suspended', accountId: 'a-person' } as const;
    expect(composeProblem(failure, about)).not.toHaveProperty('facts');
    expect(exposedFacts({ code: 'no-path-to-anchor', certificate: 'x', authorityKeyIdentifier: 'y' })).toEqual({});
    expect(JSON.stringify(composeProblem(failure, about))).not.toContain('a-person');
  });

  test.each(['constructor', '__proto__', 'hasOwnProperty', '', 'CERTIFICATE-EXPIRED'])('%j is no code', text => {
    expect(isFailureCode(text)).toBe(false);
  });
});
