import type { TaipeiDay } from '../calendar/taipei-day.ts';
import type { FieldProblem, FieldProblemCode } from './field-problem.ts';
import type { GrantRowInput } from './form.ts';
import { judgeShape, judgeText } from './judge-text.ts';

/** Ten systems with three roles each: more is not one person's work. */
const ROW_LIMIT = 30;

interface GrantFacts {
  readonly today: TaipeiDay;
  readonly systems: ReadonlyMap<string, { readonly roles: readonly { readonly code: string }[] }>;
}

/** Judges the table of rights: system and role of `systems.yaml`, reason mandatory (D1-041), no row twice. */
export function judgeGrants(
  rows: readonly GrantRowInput[],
  facts: GrantFacts,
  maxReason: number,
  purpose: 'draft' | 'submit',
): FieldProblem[] {
  if (rows.length > ROW_LIMIT) return [{ field: 'grants', code: 'too-many-rows', limit: String(ROW_LIMIT) }];
  const seen = new Set<string>();
  return rows.flatMap((row, index) => {
    const problems: FieldProblem[] = [];
    const note = (column: keyof GrantRowInput, code: FieldProblemCode | null, limit?: string): void => {
      if (code === null || (code === 'missing' && purpose === 'draft')) return;
      problems.push({ field: `grants.${index}.${column}`, code, ...(limit === undefined ? {} : { limit }) });
    };
    note('system', judgeSystem(row.system, facts));
    note('role', judgeRole(row, facts));
    note('act', row.act === '' ? 'missing' : ['add', 'remove'].includes(row.act) ? null : 'not-a-choice');
    note('reason', row.reason === '' ? 'missing' : judgeText(row.reason, maxReason, false), String(maxReason));
    note('validUntil', judgeEnd(row.validUntil, facts.today));
    const key = JSON.stringify([row.system, row.role]);
    if (row.role !== '' && seen.has(key)) note('role', 'repeated-row');
    seen.add(key);
    return problems;
  });
}

function judgeSystem(system: string, { systems }: GrantFacts): FieldProblemCode | null {
  if (system === '') return 'missing';
  return systems.has(system) ? null : 'system-unknown';
}

function judgeRole({ system, role }: GrantRowInput, { systems }: GrantFacts): FieldProblemCode | null {
  if (role === '') return 'missing';
  const known = systems.get(system)?.roles.some(each => each.code === role) ?? false;
  return known || !systems.has(system) ? null : 'role-unknown';
}

function judgeEnd(day: string, today: TaipeiDay): FieldProblemCode | null {
  if (day === '') return null;
  return judgeText(day, 10, false) ?? judgeShape('day', day) ?? (day < today ? 'day-out-of-range' : null);
}
