import { describe, expect, test } from 'vitest';
import {
  FORM_IDS,
  fieldsOf,
  isAskedFor,
  type FormField,
  type FormId,
  type FormValues,
} from '../../src/applications/form.ts';
import { FORMS } from '../../src/applications/forms.ts';
import { judgeValues, type FormFacts } from '../../src/applications/judge-values.ts';

const FACTS: FormFacts = {
  today: '2026-11-20',
  systems: new Map([['company', { roles: [{ code: 'enquiry' }, { code: 'officer' }] }]]),
  units: ['commerce'],
  oneDayPasswordDays: 7,
};

const ROW = { system: 'company', role: 'officer', act: 'add', reason: '承辦公司登記', validUntil: '' };

/** Values in which every field is asked for somewhere. */
const GOOD: Readonly<Record<FormId, readonly FormValues[]>> = {
  'D-06-09': [
    {
      fields: {
        change: 'add',
        name: '示範使用者甲',
        idLastFour: '6789',
        title: '科員',
        phone: '00-0000-0000 轉 000',
        email: 'user-a@example.gov.tw',
        wishedLoginName: 'demo.user-a',
        unit: 'commerce',
        gatewayRole: 'general-user',
        effectiveDay: '2026-11-26',
        reason: '業務需要\n第二行',
        basis: '示範人字第 1150000001 號',
        legalBasis: '示範法第 1 條',
      },
      grants: [ROW],
    },
    change({ change: 'change', gatewayRole: 'unit-head', roleAct: 'add' }),
    change({ change: 'move', destination: 'other-unit', unit: 'commerce' }),
  ],
  'D-06-10': [
    change({
      change: 'add',
      name: '示範使用者甲',
      idLastFour: '6789',
      title: '科員',
      phone: '00-0000-0000',
      email: 'user-a@example.gov.tw',
      wishedLoginName: 'demo.user-a',
    }),
    change({ change: 'appoint' }),
    change({ change: 'delete', successor: 'demo.other' }),
    change({ change: 'move', destination: 'leaves-agency' }),
  ],
  'D-06-11': [
    {
      fields: {
        loginName: 'demo.user-a',
        effectiveDay: '2026-11-20',
        reasonKind: 'card-not-carried',
        reason: '當日須辦理登記',
      },
      grants: [],
    },
  ],
};

function change(fields: Record<string, string>): FormValues {
  const rest = { loginName: 'demo.user-a', effectiveDay: '2026-11-26', reason: '業務需要', basis: '人事派令' };
  return { fields: { ...rest, ...fields }, grants: [] };
}

function codesOf(form: FormId, values: FormValues, purpose: 'draft' | 'submit' = 'submit'): Record<string, string> {
  const verdict = judgeValues(FORMS[form], values, FACTS, purpose);
  return verdict.ok ? {} : Object.fromEntries(verdict.problems.map(each => [each.field, each.code]));
}

describe.each(FORM_IDS)('%s', form => {
  test.each(GOOD[form].map(values => [values.fields['change'] ?? 'password', values] as const))(
    'D1-180 D1-181 D1-182 a form filled in well is taken as it was typed: %s',
    (_change, values) => {
      const verdict = judgeValues(FORMS[form], values, FACTS, 'submit');
      if (!verdict.ok) expect.fail(JSON.stringify(verdict.problems));
      for (const [name, text] of Object.entries(values.fields)) expect(verdict.values.fields[name]).toBe(text);
      expect(verdict.values.grants).toEqual(values.grants);
    },
  );

  // Each field in values in which it counts.
  const cases = fieldsOf(FORMS[form])
    .filter(field => field.kind !== 'grants')
    .map(field => {
      const values = GOOD[form].find(each => isAskedFor(field, each)) ?? GOOD[form][0];
      if (values === undefined) throw new Error('No values.');
      return [field.name, field, values] as const;
    });
  const withText = (values: FormValues, field: FormField, text: string): FormValues => ({
    ...values,
    fields: { ...values.fields, [field.name]: text },
  });

  test.each(cases)('%s: nothing', (name, field, values) => {
    const codes = codesOf(form, withText(values, field, '   '));
    if (field.isOptional) expect(codes[name] ?? 'missing').toBe('missing');
    else expect(codes[name]).toBe('missing');
    expect(codesOf(form, withText(values, field, ''), 'draft')).toEqual({});
  });

  test.each(cases)('%s: 10,000 characters', (name, field, values) => {
    for (const text of ['字'.repeat(10_000), 'a'.repeat(10_000), '𠀀'.repeat(10_000)]) {
      for (const purpose of ['draft', 'submit'] as const) {
        expect(codesOf(form, withText(values, field, text), purpose)[name]).toBe('too-long');
      }
    }
  });

  test.each(cases)('%s: characters that nobody sees', (name, field, values) => {
    for (const mark of ['\0', '\u0007', '\u001b', '\u007f', '\u0085', '\u2028', '\u202e', '\u200b', '\ud800']) {
      expect(codesOf(form, withText(values, field, `a${mark}b`), 'draft')[name]).toBe('control-character');
    }
    const tab = codesOf(form, withText(values, field, 'a\tb'), 'draft')[name];
    expect(tab).toBe('control-character');
  });

  test.each(cases)('%s: markup is text, where text may be', (name, field, values) => {
    const markup = '<img src=x onerror=alert(1)>';
    const codes = codesOf(form, withText(values, field, markup));
    if (field.kind === 'text' || field.kind === 'prose') {
      if (field.maxLength >= markup.length) expect(codes[name]).toBeUndefined();
    } else expect(codes[name]).toBeDefined();
  });

  test.each(cases)('%s: full-width digits', (name, field, values) => {
    const codes = codesOf(form, withText(values, field, '１２３４'));
    const isAscii = ['day', 'login-name', 'last-four', 'mail', 'telephone'].includes(field.kind);
    expect(codes[name]).toBe(isAscii ? 'not-half-width' : field.kind === 'choice' ? 'not-a-choice' : undefined);
  });

  test('values that the form does not have are dropped, also those with names of objects', () => {
    const [values] = GOOD[form];
    const fields = { ...values?.fields, isAdmin: 'yes', constructor: 'x' };
    const verdict = judgeValues(FORMS[form], { fields, grants: values?.grants ?? [] }, FACTS, 'submit');
    expect(verdict.ok && Object.keys(verdict.values.fields)).not.toContain('isAdmin');
    expect(verdict.ok && Object.keys(verdict.values.fields)).not.toContain('constructor');
  });
});

describe('the table of rights', () => {
  const [base] = GOOD['D-06-09'];
  const rows = (...grants: (typeof ROW)[]) => codesOf('D-06-09', { fields: base?.fields ?? {}, grants });

  test.each([
    ['nothing', { system: '', role: '' }, { 'grants.0.system': 'missing', 'grants.0.role': 'missing' }],
    ['a system that is none', { system: 'bank' }, { 'grants.0.system': 'system-unknown' }],
    ['a role that is none', { role: 'king' }, { 'grants.0.role': 'role-unknown' }],
    ['an act that is none', { act: 'sell' }, { 'grants.0.act': 'not-a-choice' }],
    ['no reason', { reason: '' }, { 'grants.0.reason': 'missing' }],
    ['a reason of 10,000 characters', { reason: '字'.repeat(10_000) }, { 'grants.0.reason': 'too-long' }],
    ['a control character', { reason: 'a\0' }, { 'grants.0.reason': 'control-character' }],
    ['a day gone by', { validUntil: '2026-11-19' }, { 'grants.0.validUntil': 'day-out-of-range' }],
    ['a full-width day', { validUntil: '２０２６-11-30' }, { 'grants.0.validUntil': 'not-half-width' }],
    ['a day that is none', { validUntil: '2026-02-30' }, { 'grants.0.validUntil': 'not-a-day' }],
  ])('D1-041 %s', (_name, changes, problems) => {
    expect(rows({ ...ROW, ...changes })).toEqual(problems);
  });

  test('the same right twice, and more rows than one person’s work', () => {
    expect(rows(ROW, { ...ROW, act: 'remove' })).toEqual({ 'grants.1.role': 'repeated-row' });
    expect(rows(...Array.from({ length: 31 }, () => ROW))).toEqual({ grants: 'too-many-rows' });
    expect(rows(ROW, { ...ROW, role: 'enquiry', reason: '<b>' })).toEqual({});
  });

  test('empty rows are no rows', () => {
    expect(rows(ROW, { system: '', role: '', act: '', reason: '', validUntil: '' })).toEqual({});
  });
});

test('a change that changes nothing is refused, and a role without what becomes of it', () => {
  expect(codesOf('D-06-09', change({ change: 'change' }))).toEqual({ grants: 'missing' });
  expect(codesOf('D-06-09', change({ change: 'change', gatewayRole: 'checker' }))).toEqual({ roleAct: 'missing' });
  expect(codesOf('D-06-09', change({ change: 'move', destination: 'other-unit' }))).toEqual({ unit: 'missing' });
});

describe('the forms themselves', () => {
  test.each(FORM_IDS)('D1-074 D1-075 D1-083 %s names its references and its purpose', form => {
    expect(FORMS[form].references.map(each => each.id)).toEqual(['B-06-01', 'C-06-03']);
    expect(FORMS[form].purpose.zh).toContain('僅供業務帳號之登記、設定與稽核使用');
  });

  test('E1 the misprint is noted beside D-06-09', () => {
    expect(FORMS['D-06-09'].notes.some(note => note.zh.includes('D-06-20'))).toBe(true);
  });

  test.each([
    [0, '2026-11-20', 'taken'],
    [0, '2026-11-21', 'refused'],
    [7, '2026-11-27', 'taken'],
    [7, '2026-11-28', 'refused'],
    [30, '2026-11-19', 'refused'],
  ])('E7 D1-147 %i days ahead: a one-day password for %s is %s', (oneDayPasswordDays, effectiveDay, verdict) => {
    const [good] = GOOD['D-06-11'];
    const values = { fields: { ...good?.fields, effectiveDay }, grants: [] };
    const judged = judgeValues(FORMS['D-06-11'], values, { ...FACTS, oneDayPasswordDays }, 'submit');
    expect(judged).toMatchObject(
      verdict === 'taken' ? { ok: true } : { problems: [{ field: 'effectiveDay', code: 'day-out-of-range' }] },
    );
  });

  test('D1-143 D1-184 the reasons of D-06-11 are data, "card not carried" among them', () => {
    const field = fieldsOf(FORMS['D-06-11']).find(each => each.name === 'reasonKind');
    expect(field?.choices).toContainEqual({
      value: 'card-not-carried',
      label: { zh: '未攜帶憑證卡', en: 'Card not carried' },
    });
  });
});
