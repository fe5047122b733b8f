import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainOf } from '../authority/authority.ts';
import type { CertificateTemplate } from '../authority/certificate.ts';
import { issueBusinessCertificate } from '../authority/end-entity.ts';
import { withoutExtension } from '../authority/certificate.ts';
import { distinguishedName } from '../authority/names.ts';
import type { Card } from '../authority/soft-card.ts';
import { virtualCardOf } from '../support/virtual-card/card-content.ts';
import type { VirtualCard } from '../support/virtual-card/card-content.ts';
import { OPENSC_MODULE, startVirtualReader } from '../support/virtual-card/virtual-reader.ts';
import type { VirtualReader } from '../support/virtual-card/virtual-reader.ts';
import { PAGE, startAgentProcess } from './agent-process.ts';
import type { AgentProcess } from './agent-process.ts';
import { ask, askToSign } from './popup-client.ts';
import { PIN, SoftCardFolder, makeCard, testAuthority } from './soft-card-folder.ts';

/** PIN of the cards that the citizen PIN is not for. */
const OTHER_PIN = '975310';
const CERTIFICATE_NOT_FOUND = 0x7610000c;
const CHALLENGE = `moica-gw.v1.login.portal.gateway.example_443.${'A'.repeat(22)}.1795358288.${'B'.repeat(43)}`;

const signChallenge = (agent: AgentProcess, more: Readonly<Record<string, unknown>> = {}) =>
  askToSign(agent, { tbs: CHALLENGE, ...more });

/** A card of the authority's business CA, or with the issuer's name changed, which is all the agent goes by. */
async function businessCard(change: (template: CertificateTemplate) => CertificateTemplate = template => template) {
  const authority = await testAuthority();
  const organization = { name: '示範股份有限公司', identifier: '12345675' };
  const [sign, encrypt] = await Promise.all(
    (['sign', 'encrypt'] as const).map(purpose =>
      issueBusinessCertificate(authority.cas['moeaca-g2'], organization, purpose, { change }),
    ),
  );
  const chain = chainOf(authority, 'moeaca-g2').map(({ certificate }) => certificate);
  return { sign: sign!, encrypt: encrypt!, chain } satisfies Card;
}

const ofUnit = (unit: string) =>
  businessCard(template => ({
    ...template,
    issuer: distinguishedName({ type: 'countryName', value: 'TW' }, { type: 'organizationalUnitName', value: unit }),
  }));

describe('a gateway’s challenge and soft cards', () => {
  const cards = new SoftCardFolder();
  let citizen: Required<Card>;
  let agent: AgentProcess;

  beforeAll(async () => {
    citizen = await makeCard();
    cards.issue('citizen', citizen);
    cards.issue('mute', { encrypt: citizen.encrypt, chain: citizen.chain });
    cards.issue('business', await businessCard(), 'BU00000000000002', OTHER_PIN);
    cards.issue('agency', await ofUnit('政府憑證管理中心'), 'GO00000000000003', OTHER_PIN);
    cards.issue('organization', await ofUnit('組織及團體憑證管理中心'), 'XO00000000000004', OTHER_PIN);
    cards.issue('unknown', await ofUnit('某某憑證管理中心'), 'UN00000000000005', OTHER_PIN);
    cards.issue(
      'no-usage',
      await businessCard(template => withoutExtension(template, '2.5.29.15')),
      'NU00000000000006',
      OTHER_PIN,
    );
    cards.write('broken.json', '{');
    agent = await startAgentProcess(['--soft-card-dir', cards.path, '--allow-origin', PAGE]);
  });
  afterAll(() => agent.stop());

  const triesOf = (name: string) => (JSON.parse(cards.read(`${name}.json`)) as { triesLeft?: number }).triesLeft ?? 3;

  it.each([
    ['business', 0x83000102],
    ['agency', 0x83000103],
    ['organization', 0x83000104],
    ['unknown', 0x83000100],
    // told by its issuer even where its key usage alone would refuse it
    ['no-usage', 0x83000102],
  ])('%s card: named, and the citizen’s PIN costs it no try', async (name, retCode) => {
    cards.insert({ A: name });
    for (let count = 0; count < 3; count++) {
      expect(await signChallenge(agent)).toMatchObject({ ret_code: retCode, last_error: 0 });
    }
    expect(await signChallenge(agent, { slotDescription: 'A' })).toMatchObject({ ret_code: retCode });
    expect(await signChallenge(agent, { pin: OTHER_PIN, signatureType: 'PKCS7' })).toMatchObject({ ret_code: retCode });
    expect(triesOf(name)).toBe(3);
  });

  it('of several the citizen card signs, wherever it lies', async () => {
    cards.insert({ Z: 'broken', A: 'business', B: 'mute', C: 'citizen' });
    expect(await signChallenge(agent)).toMatchObject({ ret_code: 0, cardSN: 'MT00000000000001' });
    expect(await signChallenge(agent, { slotDescription: 'A' })).toMatchObject({ ret_code: 0x83000102 });
    expect(triesOf('business')).toBe(3);
  });

  it('the card that was given the PIN is the last one that is asked', async () => {
    cards.issue('second', await makeCard(), 'MT00000000000007', OTHER_PIN);
    cards.insert({ A: 'business', B: 'citizen', C: 'second' });
    expect(await signChallenge(agent, { pin: OTHER_PIN })).toMatchObject({ ret_code: 0x76100006 });
    expect([triesOf('business'), triesOf('citizen')]).toEqual([3, 2]);
  });

  it('where none fits, the first one’s refusal is told', async () => {
    cards.insert({ A: 'agency', B: 'business' });
    expect(await signChallenge(agent)).toMatchObject({ ret_code: 0x83000103 });
    cards.insert({ A: 'mute' });
    expect(await signChallenge(agent)).toMatchObject({ ret_code: CERTIFICATE_NOT_FOUND });
  });

  it('another text is signed by whichever card is first', async () => {
    cards.insert({ A: 'business', B: 'citizen' });
    expect(await askToSign(agent, { pin: OTHER_PIN })).toMatchObject({ ret_code: 0, cardSN: 'BU00000000000002' });
  });
});

describe('a gateway’s challenge and cards behind pcscd and OpenSC', () => {
  let reader: VirtualReader;
  let agent: AgentProcess;
  let company: VirtualCard;

  beforeAll(async () => {
    reader = await startVirtualReader();
    company = virtualCardOf(await businessCard(), { pin: OTHER_PIN });
    agent = await startAgentProcess(['--pkcs11-module', OPENSC_MODULE, '--allow-origin', PAGE], {
      env: reader.environment,
    });
  });
  afterAll(async () => {
    await agent.stop();
    await reader.stop();
  });

  const cardsSeen = async () => (await ask(agent, '/pkcs11info', '')).slots!.map(({ token }) => typeof token);

  it('a business card keeps its three tries; beside it, the citizen card signs', async () => {
    await reader.insert(company);
    await expect.poll(cardsSeen).toEqual(['object', 'undefined']);
    for (let count = 0; count < 3; count++) {
      expect(await signChallenge(agent)).toMatchObject({ ret_code: 0x83000102, last_error: 0 });
    }
    expect(await reader.stateOf(company)).toMatchObject({ pinTriesLeft: 3, keyUses: 0 });

    const citizen = await makeCard();
    const card = virtualCardOf(citizen, { pin: PIN });
    await reader.insert(card, 1);
    await expect.poll(cardsSeen).toEqual(['object', 'object']);
    const { certb64 } = await signChallenge(agent);
    expect(certb64).toBe(citizen.sign.certificate.der.toString('base64'));
    expect(await reader.stateOf(card)).toMatchObject({ pinTriesLeft: 3, keyUses: 1 });
    expect(await reader.stateOf(company)).toMatchObject({ pinTriesLeft: 3, keyUses: 0 });
  });
});
