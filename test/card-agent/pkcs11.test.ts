import { X509Certificate, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateRsaKeyPair } from '../authority/key-pair.ts';
import { openssl } from '../authority/openssl.ts';
import type { Card } from '../authority/soft-card.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign } from './popup-client.ts';
import { PIN, WRONG_PIN, makeCard } from './soft-card-folder.ts';
import { SOFTHSM_MODULE, SoftHsm } from './softhsm.ts';

/** CKA_ID of the citizen card's objects, ASCII: SIGN, KEYX, CACert. */
const ID = { sign: '5349474e', encrypt: '4b455958', issuer: '434143657274' };

const OTHER_PAGE = 'https://other.example:8443';

let card: Required<Card>;

function citizenToken(): SoftHsm {
  const hsm = new SoftHsm();
  hsm.addToken(PIN);
  // the encryption pair first: the certificate must be chosen, not found by chance
  hsm.addKeyPair(card.encrypt, PIN, { key: ID.encrypt });
  hsm.addCertificate(card.chain[0]!.der, PIN, ID.issuer);
  hsm.addKeyPair(card.sign, PIN, { key: ID.sign });
  return hsm;
}

const start = (hsm: SoftHsm, ...more: string[]) =>
  startAgentProcess(['--pkcs11-module', SOFTHSM_MODULE, '--allow-origin', PAGE, OTHER_PAGE, ...more], { env: hsm.env });

/** Runs `use` with an agent on these tokens. */
async function withAgent<T>(hsm: SoftHsm, use: (agent: AgentProcess) => Promise<T>, ...more: string[]): Promise<T> {
  const agent = await start(hsm, ...more);
  try {
    return await use(agent);
  } finally {
    await agent.stop();
  }
}

function isSignedBy(reply: { readonly signature?: string }, certificate: Buffer, tbs = 'a-text-to-be-signed'): boolean {
  const key = new X509Certificate(certificate).publicKey;
  return verify('sha256', Buffer.from(tbs), key, Buffer.from(reply.signature!, 'base64'));
}

beforeAll(async () => {
  card = await makeCard();
});

describe('a card behind a PKCS#11 module (SoftHSM)', () => {
  let agent: AgentProcess;
  beforeAll(async () => {
    agent = await start(citizenToken());
  });
  afterAll(async () => {
    await agent.stop();
  });

  it.each(['SHA256', 'SHA384', 'SHA512'])('signs with the sign key, %s, as openssl verifies', async hashAlgorithm => {
    const reply = await askToSign(agent, { hashAlgorithm });
    expect(reply).toMatchObject({ func: 'sign', ret_code: 0, last_error: 0 });
    expect(Buffer.from(reply.certb64!, 'base64').equals(card.sign.certificate.der)).toBe(true);
    const files = {
      'key.pem': new X509Certificate(card.sign.certificate.der).publicKey.export({ type: 'spki', format: 'pem' }),
      'sig.bin': Buffer.from(reply.signature!, 'base64'),
      'tbs.txt': 'a-text-to-be-signed',
    };
    const options = ['-verify', '{key.pem}', '-signature', '{sig.bin}', '{tbs.txt}'];
    const verdict = await openssl(['dgst', `-${hashAlgorithm.toLowerCase()}`, ...options], files);
    expect(verdict.output).toContain('Verified OK');
  });

  it('makes a SignedData that openssl cms accepts (RFC 5652)', async () => {
    const reply = await askToSign(agent, { signatureType: 'PKCS7' });
    const files = {
      'signed.der': Buffer.from(reply.signature!, 'base64'),
      'chain.pem': card.chain.map(({ pem }) => pem).join(''),
    };
    const options = ['-inform', 'DER', '-in', '{signed.der}', '-CAfile', '{chain.pem}', '-purpose', 'any'];
    expect((await openssl(['cms', '-verify', ...options], files)).output).toContain('CMS Verification successful');
  });

  it('lists the token, and the slot without one as unknown', async () => {
    const reply = await ask(agent, '/pkcs11info?withcert=true', '');
    expect(reply).toMatchObject({ func: 'pkcs11info', ret_code: 0 });
    expect(reply.slots!.map(({ token }) => typeof token)).toEqual(['object', 'string']);
    expect(reply.slots![1]!.token).toBe('unknown token');
    const { token } = reply.slots![0]!;
    const usages = typeof token === 'object' ? token.certs!.map(({ label, usage }) => `${label} ${String(usage)}`) : [];
    expect(usages.sort()).toEqual([
      'CACert keyCertSign|cRLSign',
      'cert1 digitalSignature',
      'cert2 keyEncipherment|dataEncipherment',
    ]);
  });

  it('maps a wrong PIN, does not keep the login of the right one, and prints neither', async () => {
    const wrong = { ret_code: 0x76100006, last_error: 160, message: 'IC卡登入失敗', message2: 'PIN碼錯誤' };
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject(wrong);
    expect(await askToSign(agent)).toMatchObject({ ret_code: 0 });
    expect(await askToSign(agent, { pin: WRONG_PIN })).toMatchObject(wrong);
    expect(agent.printed()).not.toContain(PIN);
    expect(agent.printed()).not.toContain(WRONG_PIN);
  });

  it('refuses a PIN outside the length the token announces', async () => {
    expect(await askToSign(agent, { pin: '123' })).toMatchObject({ ret_code: 0x76100006, last_error: 162 });
  });

  it('signs for the wanted CKA_ID only if that is a sign key', async () => {
    const keyidb64 = (id: string) => Buffer.from(id, 'hex').toString('base64');
    expect(await askToSign(agent, { keyidb64: keyidb64(ID.sign) })).toMatchObject({ ret_code: 0 });
    expect(await askToSign(agent, { keyidb64: keyidb64(ID.encrypt) })).toMatchObject({ ret_code: 0x7610000c });
  });

  it('serves fifty popups of two sites at once, each its own text', async () => {
    const texts = Array.from({ length: 50 }, (_, number) => `text-number-${String(number)}`);
    const pageOf = (number: number) => (number % 2 === 0 ? PAGE : OTHER_PAGE);
    const replies = await Promise.all(texts.map((tbs, number) => askToSign(agent, { tbs }, pageOf(number))));
    const verified = replies.map((reply, number) => isSignedBy(reply, card.sign.certificate.der, texts[number]));
    expect(verified).toEqual(texts.map(() => true));
  });
});

describe('tokens that lack something', () => {
  it('no initialised token: something is in the reader that cannot be used', async () => {
    await withAgent(new SoftHsm(), async agent => {
      expect(await askToSign(agent)).toMatchObject({ ret_code: 0x7610000b });
    });
  });

  it('no certificate with keyUsage digitalSignature', async () => {
    const hsm = new SoftHsm();
    hsm.addToken(PIN);
    hsm.addKeyPair(card.encrypt, PIN, { key: ID.encrypt });
    await withAgent(hsm, async agent => {
      expect(await askToSign(agent)).toMatchObject({ ret_code: 0x7610000c });
    });
  });

  it('no key with the CKA_ID of the certificate', async () => {
    const hsm = new SoftHsm();
    hsm.addToken(PIN);
    hsm.addKeyPair(card.sign, PIN, { key: '01', certificate: ID.sign });
    await withAgent(hsm, async agent => {
      expect(await askToSign(agent)).toMatchObject({ ret_code: 0x7610000d });
    });
  });

  it('another key under the CKA_ID of the certificate: the signature is checked before it is given away', async () => {
    const hsm = new SoftHsm();
    hsm.addToken(PIN);
    hsm.addKeyPair({ ...card.sign, keyPair: await generateRsaKeyPair() }, PIN, { key: ID.sign });
    await withAgent(hsm, async agent => {
      expect(await askToSign(agent)).toMatchObject({ ret_code: 0x76300008 });
    });
  });

  it('two cards: the named reader, and --slot restricts to one', async () => {
    const hsm = citizenToken();
    const other = await makeCard();
    hsm.addToken(PIN, 'second card');
    hsm.addKeyPair(other.sign, PIN, { key: ID.sign }, 'second card');
    const readers = await withAgent(hsm, async agent => {
      const { slots } = await ask(agent, '/pkcs11info', '');
      const found = new Map<string, string>();
      for (const { slotDescription } of slots!.slice(0, 2)) {
        const reply = await askToSign(agent, { slotDescription });
        found.set(reply.certb64!, slotDescription);
      }
      expect(await askToSign(agent, { slotDescription: 'No Such Reader' })).toMatchObject({ ret_code: 0x76100003 });
      return found;
    });
    const base64 = ({ sign }: Required<Card>) => sign.certificate.der.toString('base64');
    expect([...readers.keys()].sort()).toEqual([base64(card), base64(other)].sort());
    await withAgent(
      hsm,
      async agent => {
        const { slots } = await ask(agent, '/pkcs11info', '');
        expect(slots!.map(({ slotDescription }) => slotDescription)).toEqual([[...readers.values()][1]]);
        expect((await askToSign(agent)).certb64).toBe([...readers.keys()][1]);
      },
      '--slot',
      '1',
    );
  });

  it('--token restricts to one card, by label or by serial number', async () => {
    const hsm = citizenToken();
    const other = await makeCard();
    hsm.addToken(PIN, 'second card');
    hsm.addKeyPair(other.sign, PIN, { key: ID.sign }, 'second card');
    const certificate = other.sign.certificate.der.toString('base64');
    const [serialNumber, readers] = await withAgent(
      hsm,
      async agent => {
        const reply = await askToSign(agent);
        expect(reply.certb64).toBe(certificate);
        const { slots } = await ask(agent, '/pkcs11info', '');
        const others = slots!.filter(({ token }) => typeof token !== 'object');
        const refused = await Promise.all(others.map(({ slotDescription }) => askToSign(agent, { slotDescription })));
        // the first card, and the slot whose token was never initialised
        expect(refused.map(({ message }) => message).sort()).toEqual(['卡片資訊失敗', '插入的卡片不符合要求']);
        return [reply.cardSN!, slots!.length] as const;
      },
      '--token',
      'second card',
    );
    expect(readers).toBe(3);
    const byNumber = await withAgent(hsm, agent => askToSign(agent), '--token', serialNumber);
    expect(byNumber.certb64).toBe(certificate);
    for (const nobody of ['second', 'SECOND CARD', 'no such card']) {
      const refused = await withAgent(hsm, agent => askToSign(agent), '--token', nobody);
      expect(refused).toMatchObject({ ret_code: 0x83000100 });
    }
  });
});
