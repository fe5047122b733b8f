import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { ConfigurationFault } from '../../src/config/yaml-file.ts';
import { writeServerCertificate } from './server-certificate-files.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const production = readFileSync(join(CONFIG, 'gateway.yaml'), 'utf8');
const systems = readFileSync(join(CONFIG, 'systems.yaml'), 'utf8');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-config-'));
  writeFileSync(join(folder, 'url'), 'postgres://u:p@localhost/x\n');
  await writeServerCertificate(folder, 'server', ['*.gateway.example.gov.tw']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The production example, made to fit this folder and changed as told. */
function load(changeGateway = (text: string) => text, changeSystems = (text: string) => text) {
  const gateway = production
    .replace(/^tls: .*$/m, 'tls: { certificate: server.pem, key: server.key }')
    .replace('folder: ../certs', 'folder: .');
  writeFileSync(join(folder, 'gateway.yaml'), changeGateway(gateway));
  writeFileSync(join(folder, 'systems.yaml'), changeSystems(systems));
  return loadConfig(join(folder, 'gateway.yaml'));
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationFault) return error.problems;
    throw error;
  }
  return [];
}

describe('the files as they are shipped', () => {
  test('list exactly the ten systems of the documents (D1-022 to D1-032)', () => {
    expect([...load().systems.values()].map(system => system.name)).toEqual([
      '公司登記系統',
      '商業登記系統',
      '工廠登記系統',
      '動產擔保登記系統',
      '特定目的事業系統',
      '跨機關影像調閱系統',
      '有限合夥登記系統',
      '電子送達文件驗證平台',
      '商品標示系統',
      '電子遊戲機管理系統',
    ]);
  });

  test('are for systems with the gateway’s own idle limit and no polling, unless they say otherwise (D1-098, D1-099)', () => {
    const lines = 'host: company\n    idleMinutes: 0.5\n    backgroundPaths: [/poll, /feed/, /%e8%bc%aa]';
    const { systems } = load(
      text => text,
      text => text.replace('host: company', lines),
    );
    expect(systems.get('company')).toMatchObject({
      idleMs: 30_000,
      backgroundPaths: ['/poll', '/feed/', '/%e8%bc%aa'],
    });
    expect(systems.get('business')).toMatchObject({ idleMs: null, backgroundPaths: [] });
  });

  test('D2-080 have the notice of each system, in the wording of the document with both blanks filled', () => {
    const notices = [...load().systems.values()].map(({ notice }) => notice);
    for (const { text, textEn } of notices) {
      expect(text).toMatch(
        /^商工資料係為[^，○]+目的蒐集，僅供[^；○]+作業之參考；若有資料內容疑問時，可向登記主管機關洽詢。$/,
      );
      expect(textEn).toMatch(/^[\x20-\x7e]+$/);
    }
    expect(new Set(notices.map(({ text }) => text)).size).toBe(10);
  });

  test('D2-081 another wording is another version; one that is named stays as it is named', () => {
    const noticeOf = (change: (text: string) => string) => load(text => text, change).systems.get('company')?.notice;
    const shipped = noticeOf(text => text);
    expect(shipped?.version).toMatch(/^[0-9a-f]{12}$/);
    expect(noticeOf(text => text)).toEqual(shipped);
    const edited = noticeOf(text => text.replace('users: 各機關公司登記', 'users: 各機關公司登記及查核'));
    expect(edited?.text).toContain('僅供各機關公司登記及查核作業之參考');
    expect(edited?.version).not.toBe(shipped?.version);
    const own = noticeOf(text =>
      text.replace(
        /notice:\n(?: {6}.*\n)+/,
        "notice: { text: 僅供參考。, textEn: Reference only., version: '2026-2' }\n",
      ),
    );
    expect(own).toEqual({ text: '僅供參考。', textEn: 'Reference only.', version: '2026-2' });
  });

  test('ask nobody for a purpose unless a rule does, and say from which people choose', () => {
    const { systems } = load(
      text => text,
      text => text.replace('host: company', 'host: company\n    purposeMinutes: 45'),
    );
    expect(systems.get('company')).toMatchObject({ purposeMs: 45 * 60_000, purposes: { length: 5 } });
    expect(systems.get('image')).toMatchObject({ purposeMs: null, purposes: { length: 5 } });
    expect([...systems.values()].flatMap(({ policy }) => policy).some(({ require }) => require.purpose)).toBe(false);
  });

  test('give every system and the portal a host of their own', () => {
    const { portal, systems } = load();
    const hosts = [portal.host, ...[...systems.values()].map(system => system.host)];
    expect(new Set(hosts).size).toBe(11);
    expect(systems.get('company')?.origin).toBe('https://company.gateway.example.gov.tw');
    expect(portal.origin).toBe('https://portal.gateway.example.gov.tw');
  });

  test('end idle sessions after four hours (D1-098)', () => {
    expect(load().sessions.idleMs).toBe(4 * 3_600_000);
  });

  test('write the port into origins where it is not 443', () => {
    const { portal } = load(text => text.replace('port: 443', 'port: 8443'));
    expect(portal).toEqual({
      host: 'portal.gateway.example.gov.tw',
      port: 8443,
      origin: 'https://portal.gateway.example.gov.tw:8443',
    });
  });

  test('a system that is added appears (D1-032)', () => {
    const notice = 'notice: { text: 僅供參考。, textEn: For reference. }';
    const added = `  - { id: added, name: 新系統, nameEn: Added, host: added, ${notice}, roles: [{ code: a, name: 甲, nameEn: A }] }\n`;
    const config = load(
      text => text.replace('upstreams:', 'upstreams:\n  added: https://added.example'),
      text => text + added,
    );
    expect([...config.systems.keys()].at(-1)).toBe('added');
  });
});

describe('the card component', () => {
  const component = (before: RegExp, after: string) => load(text => text.replace(before, after)).cardComponent;
  const MINIMUM = { windows: '1.3.4.103328', mac: '1.3.4.13', linux: '1.3.4.3' };

  test('an old one is warned of, below the versions that are known to be sound, unless told', () => {
    const bare = component(/^ {2}(minimumVersion|outdated): .*\n/gm, '');
    expect(bare).toEqual({ origin: 'http://localhost:61161', minimumVersion: MINIMUM, outdated: 'warn' });
    expect(component(/outdated: warn/, 'outdated: refuse').outdated).toBe('refuse');
    expect(component(/windows: 1.3.4.103328, /, '').minimumVersion).toEqual(MINIMUM);
    expect(component(/mac: 1.3.4.13/, 'mac: 1.3.5.0').minimumVersion.mac).toBe('1.3.5.0');
  });
});

describe('revocation', () => {
  const changed = (before: string, after: string) => load(text => text.replace(before, after)).revocation;

  test('refuses what is past its nextUpdate and asks nobody, unless told', () => {
    const { nextUpdate, ocsp, blockListFile } = load(text =>
      text.replace(/^ {2}(nextUpdate|ocsp): .*$/gm, ''),
    ).revocation;
    expect({ nextUpdate, ocsp, blockListFile }).toEqual({
      nextUpdate: 'refuse',
      ocsp: { mode: 'off', hosts: [], certIdHash: 'sha1' },
      blockListFile: undefined,
    });
  });

  test.each([
    ['6h', 6 * 3_600_000],
    ['90m', 90 * 60_000],
    ['24h', 86_400_000],
  ])('grace of %s', (text, grace) => {
    expect(changed('nextUpdate: refuse', `nextUpdate: { grace: ${text} }`).nextUpdate).toEqual({ grace });
  });

  test('responders are hosts with the port that is not usual', () => {
    const { ocsp } = changed(
      'mode: off, hosts: [ocsp-moica.moi.gov.tw]',
      'mode: first, hosts: [a.example, "b.example:8080"]',
    );
    expect(ocsp).toEqual({ mode: 'first', hosts: ['a.example', 'b.example:8080'], certIdHash: 'sha1' });
  });

  test('the block list lies beside the configuration', () => {
    const { blockListFile } = changed('# blockListFile: /etc/moica-gateway/blocked-cards.yaml', 'blockListFile: url');
    expect(blockListFile).toBe(join(folder, 'url'));
  });

  test.each([
    ['nextUpdate: refuse', 'nextUpdate: accept', 'revocation.nextUpdate'],
    ['nextUpdate: refuse', 'nextUpdate: { grace: 25h }', 'revocation.nextUpdate'],
    ['nextUpdate: refuse', 'nextUpdate: { grace: 6 }', 'revocation.nextUpdate'],
    ['nextUpdate: refuse', 'nextUpdate: { grace: 6h, forever: true }', 'revocation.nextUpdate'],
    ['mode: off', 'mode: sometimes', 'revocation.ocsp.mode'],
    ['mode: off, hosts: [ocsp-moica.moi.gov.tw]', 'mode: first', 'revocation.ocsp.hosts: names no responder to ask'],
    ['hosts: [ocsp-moica.moi.gov.tw]', 'hosts: ["http://ocsp.example/"]', 'revocation.ocsp.hosts.0: must be host'],
    ['hosts: [ocsp-moica.moi.gov.tw]', 'hosts: ["user@ocsp.example"]', 'revocation.ocsp.hosts.0: must be host'],
    ['hosts: [ocsp-moica.moi.gov.tw]', 'hosts: ["ocsp.example:80"]', 'revocation.ocsp.hosts.0: must be host'],
    ['certIdHash: sha1', 'certIdHash: md5', 'revocation.ocsp.certIdHash'],
    ['certIdHash: sha1', 'certId: sha1', 'revocation.ocsp.certId: unknown key'],
    ['# blockListFile: /etc/moica-gateway/', 'blockListFile: absent-', 'revocation.blockListFile: there is nothing at'],
  ])('%s to %s: %s', (before, after, problem) => {
    expect(problemsOf(() => changed(before, after)).join('\n')).toContain(problem);
  });
});

describe('what is wrong is said with its path', () => {
  test.each([
    [
      'a version of three numbers',
      (t: string) => t.replace('mac: 1.3.4.13', 'mac: 1.3.4'),
      'gateway.yaml: cardComponent.minimumVersion.mac: must be four numbers such as 1.3.4.13',
    ],
    [
      'another act on an old component',
      (t: string) => t.replace('outdated: warn', 'outdated: block'),
      'gateway.yaml: cardComponent.outdated: ',
    ],
    ['an unknown key', (t: string) => `${t}\nsecrets: 1\n`, 'gateway.yaml: secrets: unknown key'],
    [
      'a misspelt key inside',
      (t: string) => t.replace('idleMinutes', 'idleMinuts'),
      'gateway.yaml: sessions.idleMinuts: unknown key',
    ],
    ['a missing key', (t: string) => t.replace(/^baseDomain.*$/m, ''), 'gateway.yaml: baseDomain: missing'],
    ['a key given twice', (t: string) => `${t}\nbaseDomain: again.example\n`, 'gateway.yaml: Map keys must be unique'],
    [
      'idle time above the documents',
      (t: string) => t.replace('idleMinutes: 240', 'idleMinutes: 241'),
      'gateway.yaml: sessions.idleMinutes: Too big',
    ],
    [
      'plain http to a system elsewhere',
      (t: string) => t.replace('https://company.internal', 'http://company.internal'),
      'gateway.yaml: upstreams.company.servers.0: must be https',
    ],
    [
      'a path behind an upstream',
      (t: string) => t.replace('https://company.internal.example.gov.tw', 'https://company.internal/app'),
      'gateway.yaml: upstreams.company.servers.0: must be an origin',
    ],
    [
      'an upstream nobody knows',
      (t: string) => t.replace('upstreams:', 'upstreams:\n  compony: https://x.example'),
      'upstreams.compony: unknown key',
    ],
    ['a system without an upstream', (t: string) => t.replace(/^ {2}factory: .*$/m, ''), 'upstreams.factory: missing'],
    [
      'a certificate that is not there',
      (t: string) => t.replace('server.pem', 'nothing.pem'),
      'tls.certificate: there is nothing at',
    ],
    [
      'a listener without an address',
      (t: string) => t.replace('address: 0.0.0.0, port: 443', 'address: everywhere, port: 443'),
      'listen.public.address: not an IP address',
    ],
    [
      'two listeners on one port',
      (t: string) => t.replace('127.0.0.1, port: 9090', '127.0.0.1, port: 443'),
      'listen.ops: has the address and port of listen.public',
    ],
    ['not YAML at all', () => 'a: [', 'gateway.yaml: '],
  ])('%s', (_name, change, problem) => {
    const problems = problemsOf(() => load(change));
    expect(problems.join('\n')).toContain(problem);
  });

  test.each([
    [
      'an unknown key of a system',
      (t: string) => t.replace('nameEn: Company', 'nameEnglish: x\n    nameEn: Company'),
      'systems.yaml: systems.0.nameEnglish: unknown key',
    ],
    ['two systems of one id', (t: string) => t.replace('id: business', 'id: company'), 'names an id twice'],
    ['two systems of one host', (t: string) => t.replace('host: business', 'host: company'), 'names a host twice'],
    ["the portal's host", (t: string) => t.replace('host: business', 'host: portal'), 'systems.1.host: is the portal'],
    [
      'a system without roles',
      (t: string) => t.replace(/roles:\n(?: {6}.*\n)+/, 'roles: []\n'),
      'systems.0.roles: Too small',
    ],
  ])('%s', (_name, change, problem) => {
    expect(problemsOf(() => load(text => text, change)).join('\n')).toContain(problem);
  });

  test.each<[line: string, problem: string]>([
    ['idleMinutes: 241', 'idleMinutes: Too big'],
    ['idleMinutes: 0', 'idleMinutes: Too small'],
    ['idleMinutes: "30"', 'idleMinutes: '],
    ['backgroundPaths: /poll', 'backgroundPaths: '],
    ['policy: []', 'policy: must have a rule'],
    ['policy: [{ role: [officer] }]', 'policy.0.role: unknown key'],
    ['policy: [{}, { roles: [officer, clerk] }]', 'policy.1.roles.1: is no role of the system'],
    ['policy: [{ roles: [] }]', 'policy.0.roles: Too small'],
    ['policy: [{ methods: [post] }]', 'policy.0.methods.0: must be a method in capitals'],
    ['policy: [{ methods: [GET, HEAD] }]', 'policy.0.methods.1: follows GET'],
    ['policy: [{ paths: [cases] }]', 'policy.0.paths.0: must be a path'],
    ['policy: [{ deny: false }]', 'policy.0.deny: '],
    ['policy: [{ deny: true, require: { card: true } }]', 'policy.0.require: has no meaning beside deny'],
    ['policy: [{ require: {} }]', 'policy.0.require: requires nothing'],
    ['policy: [{ require: { card: false } }]', 'policy.0.require.card: '],
    ['policy: [{ require: { purpose: yes } }]', 'policy.0.require.purpose: '],
    ['purposeMinutes: 0', 'purposeMinutes: Too small'],
    ['policy: [{ require: { addresses: [] } }]', 'policy.0.require.addresses: Too small'],
    ['policy: [{ require: { addresses: [10.0.0.0/33] } }]', 'policy.0.require.addresses.0: must be an IP address'],
    ['policy: [{ require: { addresses: ["::/0"] } }]', 'policy.0.require.addresses.0: would let every address in'],
    [
      'policy: [{ require: { addresses: ["::ffff:10.0.0.1"] } }]',
      'policy.0.require.addresses.0: must be written as IPv4',
    ],
    ...[
      ["'8:00', until: '19:00'", 'from: must be a time'],
      ["'08:00', until: 1140", 'until: '],
      ["'08:00', until: '24:01'", 'until: must be a time'],
      ["'19:00', until: '08:00'", 'until: must be later than from'],
    ].map(([times, problem]): [string, string] => [
      `policy: [{ require: { hours: { days: weekdays, from: ${times} } } }]`,
      `policy.0.require.hours.${problem}`,
    ]),
    ['backgroundPaths: [/poll, /]', 'backgroundPaths.1: would make every request'],
    ...['poll', 'https://host/poll', '/poll?x', '"/poll#x"', '//poll', '/a/../poll', '/a%2fpoll', '/輪詢', '/%zz'].map(
      (path): [string, string] => [`backgroundPaths: [${path}]`, 'backgroundPaths.0: must be a path'],
    ),
  ])('%s of a system', (line, problem) => {
    const change = (text: string): string => text.replace('host: company', `host: company\n    ${line}`);
    expect(problemsOf(() => load(text => text, change)).join('\n')).toContain(`systems.yaml: systems.0.${problem}`);
  });

  const without = (block: RegExp, lines: string) => (text: string) => text.replace(block, lines);
  const PURPOSES = /^ {4}purposes: &purposes\n(?: {6}- .*\n)+/m;

  test.each<[lines: string, problem: string]>([
    ['purposes: []', 'purposes: must name a purpose'],
    ['purposes: [{ code: A, name: 甲, nameEn: A }]', 'purposes.0.code: must be 1 to 40'],
    ['purposes: [{ code: a, name: 甲 }]', 'purposes.0.nameEn: missing'],
    ['purposes: [{ code: a, name: 甲, nameEn: A, case: maybe }]', 'purposes.0.case: must be required'],
    [
      'purposes: [{ code: a, name: 甲, nameEn: A }, { code: a, name: 乙, nameEn: B }]',
      'purposes: names a purpose twice',
    ],
    ['policy: [{}, { require: { purpose: true } }]', 'policy.1.require.purpose: needs the purposes'],
    ['purposeMinutes: 30', 'purposeMinutes: has no meaning without purposes'],
  ])('%s instead of purposes', (lines, problem) => {
    const change = (text: string) =>
      without(PURPOSES, `    ${lines}\n`)(text).replaceAll(/^ {4}purposes: \*purposes\n/gm, '');
    expect(problemsOf(() => load(text => text, change))).toEqual([expect.stringContaining(`systems.0.${problem}`)]);
  });

  test.each<[what: string, lines: string, problem: string]>([
    ['none', '', 'notice: missing'],
    ['an empty blank', 'purpose: "  "', 'notice.purpose: is a blank that is not filled'],
    ['a blank as it is printed', 'purpose: ○○', 'notice.purpose: is a blank that is not filled'],
    ['a blank with other circles', 'purpose: 〇〇', 'notice.purpose: is a blank that is not filled'],
    ['a line to write on', 'users: ____', 'notice.users: is a blank that is not filled'],
    ['a note to oneself', 'users: 待填', 'notice.users: is a blank that is not filled'],
    ['dots', 'usersEn: "..."', 'notice.usersEn: is a blank that is not filled'],
    ['a blank that is not there', 'users:', 'notice.users: '],
    ['half a text of its own', 'text: 僅供參考。', 'notice.textEn: missing'],
    ['a blank in a text of its own', 'textEn: For ○○ only.', 'notice.textEn: has a blank that is not filled'],
    ['a key that does not exist', 'blank: x', 'notice.blank: unknown key'],
    ['a version that is none', 'version: 第二版', 'notice.version: must be 1 to 32'],
  ])('D2-080 a notice with %s', (_what, line, problem) => {
    const [key = ''] = line.split(':');
    const change = (text: string) =>
      text.replace(/^ {4}notice:\n((?: {6}.*\n)+)/m, (_all, blanks: string) => {
        if (line === '') return '';
        const others = blanks.replace(new RegExp(`^ {6}${key}:.*\\n`, 'm'), '');
        return `    notice:\n${others}      ${line}\n`;
      });
    expect(problemsOf(() => load(text => text, change)).join('\n')).toContain(`systems.yaml: systems.0.${problem}`);
  });

  test('all problems at once', () => {
    const problems = problemsOf(() => load(t => t.replace('idleMinutes', 'x').replace('lifetimeHours', 'y')));
    expect(problems).toHaveLength(2);
  });

  test('a file that cannot be read is named', () => {
    expect(problemsOf(() => loadConfig(join(folder, 'absent.yaml')))[0]).toContain(
      'absent.yaml: cannot be read (ENOENT)',
    );
  });
});
