import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { parseCertificate, type Certificate } from '../../src/pki/certificate.ts';
import { CertificatePool } from '../../src/pki/certification-path/certificate-pool.ts';
import { defaultPathInputs } from '../../src/pki/certification-path/path-inputs.ts';
import { judgeCertificate } from '../../src/pki/judge-certificate.ts';
import { parseCrl } from '../../src/pki/revocation/crl.ts';
import { CHECKOUT, requireBuild } from '../support/temporary-demo.ts';
import { PKITS_ANCHOR, PKITS_TIME, pkitsCases, pkitsFiles, type PkitsCase } from './pkits-suite.ts';

const files = pkitsFiles();
const cases = pkitsCases();
const parsed = new Map(
  [...files.certificates].flatMap(([name, der]): [string, Certificate][] => {
    const result = parseCertificate(der);
    return result.ok ? [[name, result.certificate]] : [];
  }),
);
const crls = [...files.crls.values()].flatMap(der => {
  const result = parseCrl(der);
  return result.ok ? [result.crl] : [];
});
const fileOf = (name: string): Buffer => files.certificates.get(name) ?? expect.fail(`no ${name}`);

/** Every certificate of the suite is a candidate in every case, and so is every CRL: nobody says which belong to it. */
const authorities = [...parsed].filter(([name]) => name !== PKITS_ANCHOR && !name.endsWith('EE.crt'));
const anchors = new CertificatePool([...parsed].filter(([name]) => name === PKITS_ANCHOR).map(([, each]) => each));
const intermediates = new CertificatePool(authorities.map(([, certificate]) => certificate));

test('the suite is whole: 249 cases, 405 certificates, 173 CRLs', () => {
  expect(cases).toHaveLength(249);
  expect(new Set(cases.map(each => each.id)).size).toBe(249);
  expect([files.certificates.size, files.crls.size]).toEqual([405, 173]);
  expect(cases.filter(each => each.isValid)).toHaveLength(114);
});

test.each(cases)('PKITS $id $leaf: accepted is $isValid', each => {
  expect(verdictOf(each)).toEqual(each.isValid ? each.policies : 'refused');
});

function verdictOf(each: PkitsCase): readonly string[] | 'refused' {
  const leaf = parseCertificate(fileOf(each.leaf));
  if (!leaf.ok) return 'refused';
  const { initialPolicies, requireExplicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy } = each;
  const verdict = judgeCertificate({
    leaf: leaf.certificate,
    material: { anchors, intermediates },
    crls,
    inputs: {
      ...defaultPathInputs(new Date(PKITS_TIME)),
      ...{ initialPolicies, requireExplicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy },
      algorithms: 'legacy',
    },
    policy: { require: 'every-certificate', graceMs: 0 },
  });
  if (!verdict.ok) return 'refused';
  return verdict.checked.path.policies.toSorted();
}

test('`pki validate` gives the same 249 verdicts, all in one process', { timeout: 120_000 }, async () => {
  requireBuild();
  const child = spawn(process.execPath, ['dist/cli.js', 'pki', 'validate'], { cwd: CHECKOUT });
  const [exit, stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
    pipeline(Readable.from(questions()), child.stdin),
  ]);
  expect(stderr).toBe('');
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map(line => answerOf(JSON.parse(line)));
  expect(answers).toEqual(cases.map(each => [each.id, each.isValid ? each.policies : 'refused']));
  // some verdicts are negative, none is about the input
  expect(exit[0]).toBe(1);
});

function* questions(): Generator<string> {
  const pem = (der: Buffer) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const shared = {
    trust_anchors: [pem(fileOf(PKITS_ANCHOR))],
    intermediates: authorities.map(([name]) => pem(fileOf(name))),
    crls: [...files.crls.values()].map(der => der.toString('base64')),
    time: PKITS_TIME,
    legacy_algorithms: true,
  };
  for (const each of cases) {
    const settings = {
      initial_policies: each.initialPolicies,
      require_explicit_policy: each.requireExplicitPolicy,
      inhibit_policy_mapping: each.inhibitPolicyMapping,
      inhibit_any_policy: each.inhibitAnyPolicy,
    };
    yield `${JSON.stringify({ id: each.id, leaf: pem(fileOf(each.leaf)), ...shared, ...settings })}\n`;
  }
}

function answerOf(answer: unknown): readonly [unknown, unknown] {
  expect(answer).toBeTypeOf('object');
  const { id, ok, policies, code } = answer as { id: unknown; ok: unknown; policies: string[]; code: unknown };
  if (ok === true) return [id, policies.toSorted()];
  expect(code).toMatch(/^[a-z-]+$/);
  expect(code).not.toBe('input-malformed');
  return [id, 'refused'];
}
