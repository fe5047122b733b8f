import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  writeFileSync(join(folder, 'password'), 'open-sesame\n');
  await writeServerCertificate(folder, 'server', ['*.gateway.example.gov.tw']);
  writeFileSync(join(folder, 'systems.yaml'), readFileSync(join(CONFIG, 'systems.yaml')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example with other accounts and mail; null leaves the key out. */
function load(accounts: string | null, mail: string | null = null) {
  const gateway = production
    .replace(/^tls: .*$/m, 'tls: { certificate: server.pem, key: server.key }')
    .replace('folder: ../certs', 'folder: .')
    .replace(/^accounts:\n(?: {2}.*\n)+/m, accounts === null ? '' : `accounts: ${accounts}\n`);
  writeFileSync(join(folder, 'gateway.yaml'), mail === null ? gateway : `${gateway}\nmail: ${mail}\n`);
  return loadConfig(join(folder, 'gateway.yaml'));
}

function problemsOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.problems.join('\n');
    throw error;
  }
  return '';
}

describe('accounts', () => {
  test('D1-101 without a word: three months, suspended, warned two weeks before', () => {
    expect(load(null).accounts).toEqual({
      dormancy: { months: 3, action: 'suspend', warningDays: 14 },
      accountChecks: { everyMonths: 3, dueDays: 14 },
      profileReminderMonths: 12,
      oneDayPasswordDays: 0,
    });
  });

  test.each([0, 30])('E7 a one-day password may be applied for %i days ahead, as configured', days => {
    expect(load(`{ oneDayPasswordDays: ${days} }`).accounts.oneDayPasswordDays).toBe(days);
  });

  test.each([31, -1, 1.5])('E7 not %s days ahead', days => {
    expect(problemsOf(() => load(`{ oneDayPasswordDays: ${days} }`))).toContain('accounts.oneDayPasswordDays');
  });

  test('D1-101 deletion is a choice of the configuration', () => {
    expect(load('{ dormancy: { action: delete, months: 2 } }').accounts.dormancy).toEqual({
      months: 2,
      action: 'delete',
      warningDays: 14,
    });
  });

  test.each([
    ['{ dormancy: { months: 4 } }', 'accounts.dormancy.months'],
    ['{ dormancy: { months: 0 } }', 'accounts.dormancy.months'],
    ['{ dormancy: { action: ignore } }', 'accounts.dormancy.action'],
    ['{ dormancy: { warningDays: 61 } }', 'accounts.dormancy.warningDays'],
    ['{ dormancy: { enabled: false } }', 'accounts.dormancy.enabled: unknown key'],
    ['{ check: { everyMonths: 7 } }', 'accounts.check.everyMonths'],
    ['{ profileReminderMonths: 25 }', 'accounts.profileReminderMonths'],
  ])('D1-100 %s is refused: the limits of the document are not widened', (accounts, problem) => {
    expect(problemsOf(() => load(accounts))).toContain(problem);
  });
});

describe('mail', () => {
  const smtp = (server: string, from = 'gateway@example.gov.tw') => `{ from: ${from}, smtp: ${server} }`;
  const HOST = 'host: mail.example.gov.tw, port: 587';

  test('without the key nothing is mailed', () => {
    expect(load(null).mail).toBeUndefined();
  });

  test('the password is read from its file', () => {
    const mail = smtp(
      `{ ${HOST}, tls: starttls, user: gateway, passwordFile: password }`,
      '"閘道 <gateway@example.gov.tw>"',
    );
    expect(load(null, mail).mail).toEqual({
      from: '閘道 <gateway@example.gov.tw>',
      host: 'mail.example.gov.tw',
      port: 587,
      tls: 'starttls',
      credentials: { user: 'gateway', password: 'open-sesame' },
    });
  });

  test('on loopback there may be no TLS', () => {
    expect(load(null, smtp('{ host: 127.0.0.1, port: 25, tls: none }')).mail).toMatchObject({ tls: 'none' });
  });

  test.each([
    [smtp(`{ ${HOST}, tls: none }`), 'mail.smtp.tls: must be implicit or starttls'],
    [smtp(`{ ${HOST} }`), 'mail.smtp.tls'],
    [smtp(`{ ${HOST}, tls: starttls, user: gateway }`), 'user and passwordFile belong together'],
    [smtp(`{ ${HOST}, tls: starttls, user: gateway, password: x }`), 'mail.smtp.password: unknown key'],
    [smtp(`{ ${HOST}, tls: starttls, user: g, passwordFile: nothing }`), 'there is nothing at'],
    [smtp(`{ ${HOST}, tls: starttls }`, '"a@example.gov.tw, b@example.gov.tw"'), 'mail.from: must be one address'],
    [smtp(`{ ${HOST}, tls: starttls }`, '"a@example.gov.tw\\nBcc: b@x.tw"'), 'mail.from: must be one address'],
    [smtp(`{ ${HOST}, tls: starttls }`, 'nobody'), 'mail.from: must be one address'],
  ])('%s is refused', (mail, problem) => {
    expect(problemsOf(() => load(null, mail))).toContain(problem);
  });
});
