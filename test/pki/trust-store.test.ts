import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTrustStore } from '../../src/pki/trust-store.ts';
import { foundGovernment, manifestEntry, type Government } from './support/government.ts';
import { mintLeaf, mintRoot } from './support/mint.ts';

const folder = new URL('../../certs/', import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const realFiles = () => new Map(readdirSync(folder).map(name => [name, read(name)]));
const realManifest = () =>
  JSON.parse(Buffer.from(read('manifest.json')).toString('utf8')) as { certificates: Record<string, string>[] };

describe('the folder as it is shipped', () => {
  test('is two roots and two CAs below them', () => {
    const loaded = loadTrustStore(realManifest(), realFiles());
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.failure));
    const { anchors, intermediates } = loaded.trustStore;
    expect(anchors.map(each => each.subjectKeyIdentifierHex?.slice(0, 8))).toEqual(['d5671de0', '3a908ee7']);
    expect(intermediates.map(each => each.subjectKeyIdentifierHex?.slice(0, 8))).toEqual(['fa9b3467', '4720a3b1']);
    const g3 = loaded.trustStore.findBySki('4720a3b1264bcd6d48acf2640886972c7454115f');
    expect(g3).toBe(intermediates[1]);
    expect(loaded.trustStore.findBySki('00')).toBeUndefined();
  });

  test('holds nothing but public certificates', () => {
    for (const [name, content] of realFiles()) expect(Buffer.from(content).includes('PRIVATE'), name).toBe(false);
  });
});

describe('a folder that is not what its manifest says', () => {
  let government: Government;
  let stranger: string;
  beforeAll(async () => {
    government = await foundGovernment();
    const root = await mintRoot();
    stranger = (await mintLeaf(root)).pem;
  });

  const load = (
    change: (files: Map<string, Uint8Array>, manifest: { certificates: Record<string, string>[] }) => void,
  ) => {
    const files = new Map(government.files);
    const manifest = structuredClone(government.manifest);
    change(files, manifest);
    const loaded = loadTrustStore(manifest, files);
    return loaded.ok ? 'ok' : loaded.failure;
  };
  const first = 'grca-g2.pem';

  test('unchanged', () => {
    expect(load(() => undefined)).toBe('ok');
    expect(load(files => files.set('README.md', Buffer.from('words')))).toBe('ok');
  });

  test('a file is missing', () => {
    expect(load(files => files.delete(first))).toEqual({ code: 'trust-file-missing', file: first });
  });

  test('a file is not listed', () => {
    const file = 'other.pem';
    expect(load(files => files.set(file, Buffer.from(stranger)))).toEqual({ code: 'trust-file-unlisted', file });
  });

  test.each(['key.pem', 'README.md', first])('%s holds a private key', file => {
    const key = Buffer.from('-----BEGIN EC PRIVATE KEY-----\n');
    expect(load(files => files.set(file, key))).toEqual({ code: 'trust-file-private-key', file });
  });

  test.each([
    ['empty', ''],
    ['text', 'certificate'],
    ['not base64', '-----BEGIN CERTIFICATE-----\nMI*=\n-----END CERTIFICATE-----\n'],
    ['base64 with loose bits', '-----BEGIN CERTIFICATE-----\nMAB=\n-----END CERTIFICATE-----\n'],
    ['no certificate', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'],
    ['another label', '-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n'],
  ])('a file is not one PEM certificate: %s', (_, text) => {
    expect(load(files => files.set(first, Buffer.from(text)))).toMatchObject({
      code: 'trust-file-malformed',
      file: first,
    });
  });

  test('a file holds two certificates', () => {
    const both = Buffer.concat([government.files.get(first) ?? Buffer.alloc(0), Buffer.from(stranger)]);
    expect(load(files => files.set(first, both))).toMatchObject({ code: 'trust-file-malformed' });
  });

  test('a file was exchanged for another certificate', () => {
    const changed = { code: 'trust-file-changed', file: first, part: 'sha256' };
    expect(load(files => files.set(first, Buffer.from(stranger)))).toEqual(changed);
  });

  test.each<[string, string, string]>([
    ['subject', 'C=TW', 'subject'],
    ['keyIdentifier', '00', 'keyIdentifier'],
    ['notAfter', '2099-01-01T00:00:00Z', 'validity'],
    ['role', 'intermediate', 'role'],
  ])('the manifest states another %s', (field, value, part) => {
    const failure = load((_, manifest) => (manifest.certificates[0]![field] = value));
    expect(failure).toEqual({ code: 'trust-file-changed', file: first, part });
  });

  test('an intermediate is called an anchor', () => {
    const failure = load((_, manifest) => (manifest.certificates[2]!['role'] = 'anchor'));
    expect(failure).toEqual({ code: 'trust-file-changed', file: 'moica-g2.pem', part: 'role' });
  });

  test('an intermediate stands under no anchor of the folder', () => {
    const failure = load((files, manifest) => {
      files.set('moica-g1.pem', Buffer.from(government.authority.cas['moica-g1'].certificate.pem));
      manifest.certificates.push(manifestEntry(government.authority, 'moica-g1'));
    });
    expect(failure).toEqual({ code: 'trust-file-changed', file: 'moica-g1.pem', part: 'role' });
  });
});

describe('a manifest that cannot be read', () => {
  const entry = () => realManifest().certificates[0]!;
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['no list', { certificates: {} }],
    ['a key more', { certificates: [entry()], comment: '' }],
    ['an empty list', { certificates: [] }],
    ['a number for an entry', { certificates: [1] }],
    ['an unknown field', { certificates: [{ ...entry(), trusted: 'yes' }] }],
    ['a field missing', { certificates: [{ ...entry(), source: undefined }] }],
    ['a path for a file', { certificates: [{ ...entry(), file: '../grca-g2.pem' }] }],
    ['a fingerprint in capitals', { certificates: [{ ...entry(), sha256: entry()['sha256']?.toUpperCase() }] }],
    ['a date that does not exist', { certificates: [{ ...entry(), notAfter: '2037-13-31T15:59:59Z' }] }],
    ['a file twice', { certificates: [entry(), entry()] }],
    ['no anchor', { certificates: [{ ...entry(), role: 'intermediate' }] }],
  ])('%s', (_, manifest) => {
    const loaded = loadTrustStore(manifest, realFiles());
    expect(loaded.ok ? 'ok' : loaded.failure.code).toBe('trust-manifest-malformed');
  });
});
