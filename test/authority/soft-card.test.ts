import { createPrivateKey, createPublicKey } from 'node:crypto';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import { chainOf, createAuthority, type Authority } from './authority.ts';
import { openssl } from './openssl.ts';
import { encodeSoftCard, issueCitizenCard, type Card } from './soft-card.ts';

const PASSWORD = 'demo-card-0001';

let authority: Authority;
let card: Required<Card>;
beforeAll(async () => {
  authority = await createAuthority({ origin: 'http://127.0.0.1:8089' });
  card = await issueCitizenCard(chainOf(authority, 'moica-g2'), {
    name: '示範王小明',
    serialNumber: '0000000123456789',
    idLastFour: '6789',
  });
});

const open = (softCard: Buffer, password: string, ...more: string[]) =>
  openssl(['pkcs12', '-in', '{c.p12}', '-passin', `pass:${password}`, '-nodes', ...more], { 'c.p12': softCard });

describe('soft cards (RFC 7292)', () => {
  it('openssl finds two key pairs with their labels, and the chain', async () => {
    const { exitCode, output } = await open(encodeSoftCard(card, PASSWORD), PASSWORD);
    expect(exitCode).toBe(0);
    const names = Array.from(output.matchAll(/friendlyName: (.+)/g), ([, name]) => name);
    expect(names).toEqual(['cert1', 'cert2', 'CA Cert', 'ROOT CA Cert', 'cert1', 'cert2']);
    const ids = Array.from(output.matchAll(/localKeyID: (.+?) *\n/g), ([, id]) => id);
    expect(ids).toEqual(['53 49 47 4E', '4B 45 59 58', '53 49 47 4E', '4B 45 59 58']);
    const keys = output.match(/-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g) ?? [];
    const publicKeys = keys.map(pem => createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' }));
    expect(publicKeys[0]?.equals(card.sign.keyPair.subjectPublicKeyInfo)).toBe(true);
    expect(publicKeys[1]?.equals(card.encrypt.keyPair.subjectPublicKeyInfo)).toBe(true);
  });

  it('a wrong password, and a changed octet, are refused', async () => {
    const softCard = encodeSoftCard(card, PASSWORD);
    expect((await open(softCard, 'demo-card-0002')).output).toContain('Mac verify error');
    const changed = Buffer.from(softCard);
    const inCertificate = changed.indexOf(Buffer.from('示範王小明'));
    changed[inCertificate] = changed[inCertificate]! ^ 1;
    expect((await open(changed, PASSWORD)).output).toContain('Mac verify error');
  });

  it('node-forge reads the same keys by label', () => {
    const der = forge.util.createBuffer(encodeSoftCard(card, PASSWORD).toString('binary'));
    const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(der), PASSWORD);
    const type = forge.pki.oids['pkcs8ShroudedKeyBag']!;
    const [signKey] = pfx.getBagsByFriendlyName('cert1', type);
    const exported = card.sign.keyPair.privateKey.export({ format: 'jwk' });
    expect(Buffer.from(signKey!.key!.n.toString(16), 'hex').toString('base64url')).toBe(exported.n);
    const certificates = pfx.getBags({ bagType: forge.pki.oids['certBag']! })[forge.pki.oids['certBag']!];
    expect(certificates).toHaveLength(4);
  });

  it('a card may lack the sign pair', async () => {
    const softCard = encodeSoftCard({ encrypt: card.encrypt, chain: card.chain }, PASSWORD);
    const { output } = await open(softCard, PASSWORD);
    expect(output).toContain('friendlyName: cert2');
    expect(output).not.toContain('friendlyName: cert1');
  });
});
