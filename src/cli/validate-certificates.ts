import { parseCertificate, type Certificate, type ParsedCertificate } from '../pki/certificate.ts';
import { CertificatePool } from '../pki/certification-path/certificate-pool.ts';
import type { PathInputs } from '../pki/certification-path/path-inputs.ts';
import type { PkiFailure } from '../pki/failures.ts';
import { judgeCertificate } from '../pki/judge-certificate.ts';
import { formatName } from '../pki/name-string.ts';
import { ANY_POLICY, GPKI } from '../pki/object-identifiers.ts';
import { decodePem } from '../pki/pem.ts';
import { judgeCitizenProfile, obviousMisuse } from '../pki/profiles/citizen-certificate.ts';
import type { RevocationCheckedPath } from '../pki/revocation/check-revocation.ts';
import { parseCrl } from '../pki/revocation/crl.ts';
import { readLines } from './json-lines.ts';
import { parseQuestion, type ValidationQuestion } from './validation-question.ts';

type QuestionId = string | number | null;

/** One line of the answer (DESIGN: "The outside contract"). */
export type ValidationAnswer =
  | {
      readonly id: QuestionId;
      readonly ok: true;
      readonly path: readonly string[];
      readonly policies: readonly string[];
    }
  | { readonly id: QuestionId; readonly ok: false; readonly code: PkiFailure['code'] | 'input-malformed' };

/** Answers every line of `input`, in order; one question is in memory at a time. */
export async function* validateLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<ValidationAnswer> {
  for await (const line of readLines(input)) yield answerLine(line);
}

function answerLine(line: string | undefined): ValidationAnswer {
  const parsed = line === undefined ? ({ ok: false, id: null } as const) : parseQuestion(line);
  return parsed.ok ? answer(parsed.question) : { id: parsed.id, ok: false, code: 'input-malformed' };
}

/**
 * Judges one certificate from material of which the anchors alone are trusted. Intermediates, CRLs and anchors that
 * cannot be read are left out: they can only be missed. A leaf that cannot be read is refused, and so is a question
 * without a readable anchor.
 */
function answer(question: ValidationQuestion): ValidationAnswer {
  const { id } = question;
  const leaf = readPem(question.leaf);
  if (!leaf.ok) return { id, ok: false, code: leaf.failure.code };
  const anchors = certificates(question.trust_anchors);
  if (anchors.length === 0) return { id, ok: false, code: 'certificate-malformed' };

  const isCitizen = question.profile === 'citizen';
  const misuse = isCitizen ? obviousMisuse(leaf.certificate) : undefined;
  if (misuse !== undefined) return { id, ok: false, code: misuse.code };

  const verdict = judgeCertificate({
    leaf: leaf.certificate,
    material: {
      anchors: new CertificatePool(anchors),
      intermediates: new CertificatePool(certificates(question.intermediates)),
    },
    crls: question.crls
      .map(base64 => parseCrl(Buffer.from(base64, 'base64')))
      .flatMap(each => (each.ok ? each.crl : [])),
    ocspResponses: question.ocsp.map(base64 => Buffer.from(base64, 'base64')),
    inputs: pathInputs(question),
    policy: { require: REQUIRED[question.revocation], graceMs: 0 },
  });
  if (!verdict.ok) return { id, ok: false, code: verdict.failure.code };
  if (isCitizen) {
    const citizen = judgeCitizenProfile(verdict.checked);
    if (!citizen.ok) return { id, ok: false, code: citizen.failure.code };
  }
  return { id, ok: true, path: subjects(verdict.checked), policies: verdict.checked.path.policies };
}

const REQUIRED = { require: 'every-certificate', leaf: 'leaf', none: 'none' } as const;

/** The citizen profile adds to what the question asks for; it takes nothing away. */
function pathInputs(question: ValidationQuestion): PathInputs {
  const isCitizen = question.profile === 'citizen';
  return {
    time: Date.parse(question.time),
    initialPolicies: question.initial_policies ?? [isCitizen ? GPKI.assuranceLevel3 : ANY_POLICY],
    requireExplicitPolicy: question.require_explicit_policy || isCitizen,
    inhibitPolicyMapping: question.inhibit_policy_mapping,
    inhibitAnyPolicy: question.inhibit_any_policy,
    maxIntermediates: question.max_depth ?? undefined,
    keyUsage: isCitizen ? ['digitalSignature', ...question.key_usage] : question.key_usage,
    extendedKeyUsage: question.extended_key_usage,
    algorithms: question.legacy_algorithms ? 'legacy' : 'current',
  };
}

function readPem(pem: string): ParsedCertificate {
  // Text that is no PEM block is read as no octets at all: malformed from the first.
  return parseCertificate(decodePem(Buffer.from(pem), 'CERTIFICATE') ?? new Uint8Array());
}

function certificates(list: readonly string[]): readonly Certificate[] {
  return list.map(readPem).flatMap(each => (each.ok ? each.certificate : []));
}

/** Leaf to anchor. */
function subjects({ path }: RevocationCheckedPath): readonly string[] {
  return [path.anchor, ...path.certificates].map(certificate => formatName(certificate.subject)).reverse();
}
