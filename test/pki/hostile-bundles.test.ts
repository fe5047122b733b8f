import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateEcKeyPair, type KeyPair } from '../authority/key-pair.ts';
import { parseCertificate, type Certificate } from '../../src/pki/certificate.ts';
import { CertificatePool } from '../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs } from '../../src/pki/certification-path/path-inputs.ts';
import { WorkBudget, type WorkLimits } from '../../src/pki/certification-path/work-budget.ts';
import type { PathFailure, RevocationFailure } from '../../src/pki/failures.ts';
import { judgeCertificate } from '../../src/pki/judge-certificate.ts';
import { parseCrl, type UnverifiedCrl } from '../../src/pki/revocation/crl.ts';
import { mintCrl } from './support/crl-mint.ts';
import { mintCa, mintLeaf, mintRoot, named, TIME, type Minted } from './support/mint.ts';

/** Every failure that `judgeCertificate` lists; the compiler sees that none is missing. */
const LISTED: Record<(PathFailure | RevocationFailure)['code'], true> = {
  'no-path-to-anchor': true,
  'path-work-budget-exceeded': true,
  'certificate-signature-invalid': true,
  'algorithm-not-allowed': true,
  'weak-key': true,
  'certificate-expired': true,
  'certificate-not-yet-valid': true,
  'issuer-name-mismatch': true,
  'issuer-not-a-ca': true,
  'path-length-exceeded': true,
  'key-usage-not-allowed': true,
  'extended-key-usage-not-allowed': true,
  'policy-not-allowed': true,
  'policy-mapping-invalid': true,
  'name-not-permitted': true,
  'unknown-critical-extension': true,
  'certificate-revoked': true,
  'revocation-status-unavailable': true,
  'crl-expired': true,
  'crl-not-yet-valid': true,
  'ocsp-malformed': true,
  'ocsp-responder-error': true,
  'ocsp-unknown-critical-extension': true,
  'ocsp-certificate-mismatch': true,
  'ocsp-nonce-mismatch': true,
  'ocsp-algorithm-not-allowed': true,
  'ocsp-signature-invalid': true,
  'ocsp-responder-mismatch': true,
  'ocsp-responder-not-authorized': true,
  'ocsp-not-yet-valid': true,
  'ocsp-expired': true,
  'ocsp-status-unknown': true,
  'revocation-work-budget-exceeded': true,
};

/** Counts what is asked for, granted or not: a judge that goes on after a refusal would be seen. */
class CountingBudget extends WorkBudget {
  readonly asked = { signatures: 0, steps: 0, nameComparisons: 0 };

  override takeSignature(): boolean {
    this.asked.signatures++;
    return super.takeSignature();
  }
  override takeStep(): boolean {
    this.asked.steps++;
    return super.takeStep();
  }
  override takeNameComparison(): boolean {
    this.asked.nameComparisons++;
    return super.takeNameComparison();
  }
}

let root: Minted;
beforeAll(async () => {
  root = await mintRoot();
});

function judge(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  crls: readonly UnverifiedCrl[],
  budget: WorkBudget,
) {
  return judgeCertificate(
    {
      leaf,
      material: { anchors: new CertificatePool([root.certificate]), intermediates: new CertificatePool(intermediates) },
      crls,
      inputs: defaultPathInputs(TIME),
      policy: { require: 'every-certificate', graceMs: 0 },
    },
    budget,
  );
}

describe('a bundle of which any part was changed in any way', () => {
  /** Octets changed, cut out, doubled or put in somewhere. */
  const edit = fc.record({
    kind: fc.constantFrom('change', 'cut', 'double', 'insert'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 1, max: 24 }),
    octets: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  });
  type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

  function edited(der: Buffer, { kind, at, length, octets }: Edit): Buffer {
    const start = Math.floor(at * der.length);
    const [before, after] = [der.subarray(0, start), der.subarray(start)];
    const part = der.subarray(start, start + length);
    switch (kind) {
      case 'change':
        return Buffer.concat([before, octets.subarray(0, after.length), after.subarray(octets.length)]);
      case 'cut':
        return Buffer.concat([before, after.subarray(length)]);
      case 'double':
        return Buffer.concat([before, part, after]);
      case 'insert':
        return Buffer.concat([before, octets, after]);
    }
  }

  test('is never accepted, and refused by a listed failure', async () => {
    const ca = await mintCa(root);
    const leaf = await mintLeaf(ca);
    const parts = [leaf.der, ca.der, mintCrl(root), mintCrl(ca, { revoked: [{ who: '0a' }, { who: '0b' }] })];
    const verdictOf = (ders: readonly Buffer[]): string => {
      const [first, second, ...lists] = ders;
      if (first === undefined || second === undefined) return expect.fail('four parts');
      const parsed = parseCertificate(first);
      if (!parsed.ok) return parsed.failure.code;
      const issuer = parseCertificate(second);
      const crls = lists.map(parseCrl).flatMap(each => (each.ok ? [each.crl] : []));
      const verdict = judge(parsed.certificate, issuer.ok ? [issuer.certificate] : [], crls, new WorkBudget());
      return verdict.ok ? 'accepted' : verdict.failure.code;
    };
    expect(verdictOf(parts)).toBe('accepted');
    fc.assert(
      fc.property(fc.nat(parts.length - 1), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        const der = parts[which] ?? expect.fail('a part');
        const changed = edits.reduce(edited, der);
        fc.pre(!changed.equals(der));
        const code = verdictOf(parts.with(which, changed));
        expect(code === 'certificate-malformed' || code in LISTED).toBe(true);
      }),
      { seed: 5280, numRuns: 4_000 },
    );
  });
});

describe('certificates that certify each other in every direction', () => {
  let keys: readonly KeyPair[];
  let web: readonly Minted[];
  beforeAll(async () => {
    keys = await Promise.all(Array.from({ length: 4 }, () => generateEcKeyPair()));
    const names = [named('One'), named('Two')];
    const members = keys.map((keyPair, at) => ({ keyPair, name: names[at % names.length] ?? named('One') }));
    const minted: Minted[] = [];
    for (const issuer of members) {
      for (const subject of members) {
        const below = await mintCa({ ...root, ...issuer }, subject);
        minted.push(below);
      }
    }
    minted.push(await mintCa(root, members[0]));
    web = minted;
  });

  test('are judged within the stated work, and by a listed failure', async () => {
    const leaf = await mintLeaf({ ...root, name: named('Two'), keyPair: keys[1] ?? expect.fail('a key') });
    const crls = [root, ...web.slice(0, 12)].map(each => parseCrl(mintCrl(each)));
    const lists = crls.flatMap(each => (each.ok ? [each.crl] : []));
    const amount = (max: number) => fc.integer({ min: 1, max });
    const limits: fc.Arbitrary<WorkLimits> = fc.record({
      signatures: amount(60),
      steps: amount(400),
      nameComparisons: amount(400),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([...web]), fc.subarray(lists), limits, (some, known, limit) => {
        // Signatures are remembered by certificate: parsed anew, so that each run pays for its own.
        const certificates = some
          .map(each => parseCertificate(each.der))
          .flatMap(each => (each.ok ? [each.certificate] : []));
        const budget = new CountingBudget(limit);
        const verdict = judge(leaf.certificate, certificates, known, budget);
        if (!verdict.ok) expect(LISTED).toHaveProperty(verdict.failure.code);
        // A refused unit ends the search: only the loops that are open, one a level, may each ask once more.
        expect(budget.asked.signatures).toBeLessThanOrEqual(limit.signatures + 8);
        expect(budget.asked.steps).toBeLessThanOrEqual(limit.steps + 8);
      }),
      { seed: 4158, numRuns: 300 },
    );
  });

  test('a path among them is found with the usual budget', async () => {
    const leaf = await mintLeaf({ ...root, name: named('One'), keyPair: keys[0] ?? expect.fail('a key') });
    const lists = [root, { ...root, name: named('One'), keyPair: keys[0] ?? expect.fail('a key') }].map(each =>
      parseCrl(mintCrl(each)),
    );
    const crls = lists.flatMap(each => (each.ok ? [each.crl] : []));
    const verdict = judge(
      leaf.certificate,
      web.map(each => each.certificate),
      crls,
      new WorkBudget(),
    );
    expect(verdict.ok || verdict.failure.code).toBe(true);
  });
});
