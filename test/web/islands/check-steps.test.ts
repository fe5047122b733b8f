import { describe, expect, test } from 'vitest';
import type { CardCertificate } from '../../../src/web/islands/card-certificate.ts';
import { checkReaders, judgeSteps } from '../../../src/web/islands/check-steps.ts';
import type { ReaderState } from '../../../src/web/islands/component-environment.ts';
import type { PopupFailure } from '../../../src/web/islands/component-popup.ts';

const NOW = new Date('2026-11-22T04:00:00Z');
const citizen: CardCertificate = {
  maySign: true,
  holder: '示範王小明',
  family: 'MOICA',
  notBefore: new Date('2025-01-01T00:00:00Z'),
  notAfter: new Date('2030-01-01T00:00:00Z'),
};
const holding = (...signCertificates: CardCertificate[]) => ({ cardNumber: 'MT00000000000001', signCertificates });
const expired = { ...citizen, notAfter: new Date('2026-01-01T00:00:00Z') };
const company: CardCertificate = { ...citizen, family: 'MOEACA' };

/** The steps as one word each, and the state of the failed one. */
function check(...cards: ReaderState['card'][]) {
  const readers = cards.map((card, index) => ({ name: `Reader ${index}`, card }));
  const outcome = { state: 'environment', readers, serverVersion: '1.3.4.103349' } as const;
  return told(judgeSteps(outcome, 'current', checkReaders(outcome, NOW)));
}

function told(results: ReturnType<typeof judgeSteps>) {
  const failure = results.find(({ verdict }) => verdict === 'fail')?.failure;
  return [results.map(({ verdict }) => verdict).join(' '), failure?.state];
}

const CARD = 'ok ok ok ok fail skipped';
const CERTIFICATE = 'ok ok ok ok ok fail';

describe('the steps of the check', () => {
  test.each([
    ['a citizen’s card', [holding(citizen)], 'ok ok ok ok ok ok', undefined],
    ['beside an empty reader', ['absent', holding(citizen)], 'ok ok ok ok ok ok', undefined],
    ['behind another card: choose', ['unknown', holding(citizen)], 'ok ok ok ok ok warn', undefined],
    ['two citizens’ cards: choose', [holding(citizen), holding(citizen)], 'ok ok ok ok ok warn', undefined],
    ['before another card', [holding(citizen), 'unknown'], 'ok ok ok ok ok ok', undefined],
    ['only empty readers', ['absent', 'absent'], CARD, 'no-card'],
    ['only what cannot be read', ['absent', 'unknown'], CARD, 'component-error'],
    ['a company’s card', [holding(company)], CARD, 'wrong-card-family'],
    ['of an unknown issuer', [holding({ ...citizen, family: undefined })], CARD, 'wrong-card-family'],
    ['nothing to sign with', [holding()], CERTIFICATE, 'no-sign-certificate'],
    ['expired', [holding(expired), holding(company)], CERTIFICATE, 'certificate-expired'],
    ['not yet valid', [holding({ ...citizen, notBefore: citizen.notAfter })], CERTIFICATE, 'certificate-not-yet-valid'],
  ] as const)('%s', (_case, cards, verdicts, failure) => {
    expect(check(...cards)).toEqual([verdicts, failure]);
  });

  test.each<[PopupFailure, string]>([
    [{ state: 'popup-blocked' }, 'fail skipped skipped skipped skipped skipped'],
    [{ state: 'component-absent' }, 'ok fail skipped skipped skipped skipped'],
    [{ state: 'component-silent' }, 'ok fail skipped skipped skipped skipped'],
    [{ state: 'cancelled' }, 'ok fail skipped skipped skipped skipped'],
    [{ state: 'untrusted-site' }, 'ok fail skipped skipped skipped skipped'],
    [{ state: 'component-error', trouble: 'driver' }, 'ok fail skipped skipped skipped skipped'],
    [{ state: 'no-reader' }, 'ok ok unknown fail skipped skipped'],
    [{ state: 'no-card' }, 'ok ok unknown ok fail skipped'],
    [{ state: 'wrong-card-family' }, 'ok ok unknown ok fail skipped'],
    [{ state: 'no-sign-certificate' }, 'ok ok unknown ok ok fail'],
  ])('the component says %j', (failure, verdicts) => {
    expect(told(judgeSteps(failure, 'untold', []))).toEqual([verdicts, failure.state]);
  });

  test('an old component is advice, never a stop', () => {
    const outcome = { state: 'environment', readers: [{ name: 'A', card: holding(citizen) }] } as const;
    const readers = checkReaders({ ...outcome, serverVersion: '1.3.4.1' }, NOW);
    const results = judgeSteps({ ...outcome, serverVersion: '1.3.4.1' }, 'outdated', readers);
    expect(told(results)).toEqual(['ok ok warn ok ok ok', undefined]);
  });

  test('an old component is the failed step where the portal takes none, unless one before it has failed', () => {
    const silent = { state: 'component-silent' } as const;
    expect(told(judgeSteps({ state: 'no-card' }, 'refused', []))).toEqual([
      'ok ok fail skipped skipped skipped',
      'component-error',
    ]);
    expect(told(judgeSteps(silent, 'refused', []))).toEqual(['ok fail skipped skipped skipped skipped', silent.state]);
  });

  test('a version of another series is nothing to warn of', () => {
    const [, , version] = judgeSteps({ state: 'no-reader' }, 'other-series', []);
    expect(version).toEqual({ step: 'version', verdict: 'other' });
  });
});
