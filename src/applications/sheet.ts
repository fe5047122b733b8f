import { createHash } from 'node:crypto';
import type { ActKind, Application } from './application.ts';
import { fieldsOf } from './form.ts';
import { FORMS } from './forms.ts';
import type { Stage } from './stage.ts';

/** SHA-256 of what stands on the form, hex: number and every value, in the order of the paper. */
export function hashValues({ form, number, values }: Pick<Application, 'form' | 'number' | 'values'>): string {
  const fields = fieldsOf(FORMS[form])
    .filter(field => field.kind !== 'grants')
    .map(field => [field.name, values.fields[field.name] ?? '']);
  const grants = values.grants.map(row => [row.system, row.role, row.act, row.reason, row.validUntil]);
  return sha256(JSON.stringify([form, number, fields, grants]));
}

/**
 * SHA-256 of the sheet that a decision is signed on, hex: the form, and what is decided about it, at which version.
 * A signature for one decision never serves as another.
 */
export function hashSheet(
  application: Pick<Application, 'form' | 'number' | 'values' | 'version'>,
  decision: { readonly kind: ActKind; readonly stage: Stage | null; readonly note: string; readonly accountId: string },
): string {
  const { kind, stage, note, accountId } = decision;
  const sheet = JSON.stringify([hashValues(application), application.version, kind, stage, note, accountId]);
  return sha256(sheet);
}

/** How a card without an account is remembered: SHA-256 over the subject's serialNumber, never the number itself. */
export function hashSubject(subjectSerialNumberHex: string): string {
  return sha256(`moica-gateway applicant ${subjectSerialNumberHex}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
