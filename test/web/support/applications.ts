import { expect } from 'vitest';
import type { Account } from '../../../src/accounts/account.ts';
import type { FormId } from '../../../src/applications/form.ts';
import { taipeiDayOf } from '../../../src/calendar/taipei-day.ts';
import type { Seat, TestDesk } from './desk.ts';

export const PDF = Buffer.from('%PDF-1.7\n示範');

export function todayAt(desk: TestDesk): string {
  return taipeiDayOf(desk.portal.context.clock.now());
}

/** Fields of a form that can be submitted by the account itself. */
export function wellFilled(desk: TestDesk, form: FormId, account: Account): Record<string, string> {
  if (form === 'D-06-11') {
    return {
      loginName: account.loginName,
      effectiveDay: todayAt(desk),
      reasonKind: 'card-not-carried',
      reason: '當日須辦理登記',
    };
  }
  return {
    change: form === 'D-06-10' ? 'appoint' : 'change',
    loginName: account.loginName,
    effectiveDay: todayAt(desk),
    reason: '業務需要',
    basis: '示範人字第 1 號',
    'grants.0.system': 'factory',
    'grants.0.role': 'case-handler',
    'grants.0.act': 'add',
    'grants.0.reason': '承辦工廠登記',
    'grants.0.validUntil': '',
  };
}

/** The application's number in an address. */
export function numberIn(location: string | undefined): string {
  return /D-06-\d\d-\d{4}-\d{4}/.exec(location ?? '')?.[0] ?? '';
}

export async function versionOf(desk: TestDesk, number: string): Promise<string> {
  const application = await desk.portal.context.database.applications.findApplicationByNumber(number);
  return String(application?.version);
}

/** Fills in and submits one's own form; gives its number. */
export async function submit(desk: TestDesk, seat: Seat, form: FormId, account: Account): Promise<string> {
  const response = await seat.send(`/applications/new/${form}`, { do: 'submit', ...wellFilled(desk, form, account) });
  expect(response.status, [...response.text.matchAll(/href="#([^"]+)"/g)].join()).toBe(303);
  return numberIn(response.headers['location']);
}

export async function decide(desk: TestDesk, seat: Seat, number: string, result = 'approve', note = '同意') {
  const version = await versionOf(desk, number);
  return seat.send(`/applications/${number}/decide`, { do: 'send', result, note, version });
}

export async function upload(
  desk: TestDesk,
  seat: Seat,
  path: string,
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly bytes: Buffer },
) {
  const page = await seat.open('/logout');
  const token = /name="token" value="([\w-]{43})"/.exec(page.text)?.[1] ?? '';
  let post = desk.portal.browser().agent.post(path).set('Cookie', seat.cookie).set('Origin', desk.portal.origin);
  for (const [name, value] of Object.entries({ token, ...fields })) post = post.field(name, value);
  return post.set('Accept', 'text/html').attach('file', file.bytes, file.name);
}

/** As the renderer writes text. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
