import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEMO_ORGANISATIONS } from '../../../scripts/demo-parts/organisations.ts';
import { DEMO_PEOPLE } from '../../../scripts/demo-parts/people.ts';
import { isLoginName } from '../../../src/accounts/account.ts';
import { systemsFileSchema } from '../../../src/config/systems-file.ts';

const { systems } = systemsFileSchema.parse(parse(await readFile('config/systems.yaml', 'utf8')));

describe('the people of the demonstration', () => {
  it.each(DEMO_PEOPLE.map(person => [person.account, person] as const))('%s is complete and coherent', (_, person) => {
    expect(isLoginName(person.account)).toBe(true);
    expect(person.account).not.toContain('.'); // it also names the card's files
    expect(person.name).toMatch(/^示範/);
    const organisation = DEMO_ORGANISATIONS.find(({ code }) => code === person.organisation);
    expect(organisation?.units.map(({ code }) => code)).toContain(person.unit);
    expect(person.card.serialNumber).toMatch(/^\d{16}$/);
    expect(person.card.cardNumber).toMatch(/^[A-Z]{2}\d{14}$/);
    expect(person.card.pin).toMatch(/^\d{6}$/);
    expect(person.card.idLastFour).toMatch(/^\d{4}$/);
    for (const { systemId, role, reason } of person.grants) {
      const system = systems.find(({ id }) => id === systemId);
      expect(system?.roles.map(({ code }) => code)).toContain(role);
      expect(reason).not.toBe('');
    }
  });

  it.each(['account', 'name'] as const)('no two have the same %s', field => {
    expect(new Set(DEMO_PEOPLE.map(person => person[field])).size).toBe(DEMO_PEOPLE.length);
  });

  it.each(['serialNumber', 'cardNumber', 'pin', 'p12Password'] as const)('no two cards have the same %s', field => {
    expect(new Set(DEMO_PEOPLE.map(({ card }) => card[field])).size).toBe(DEMO_PEOPLE.length);
  });

  it('somebody shows each way in and each refusal', () => {
    const kinds = DEMO_PEOPLE.map(({ card, state }) => `${card.issuer} ${card.condition} ${state}`);
    for (const kind of ['moica-g2 valid active', 'moica-g3 valid active', 'moica-g2 valid suspended']) {
      expect(kinds).toContain(kind);
    }
    const conditions = new Set(DEMO_PEOPLE.map(({ card }) => card.condition));
    expect(conditions).toEqual(new Set(['valid', 'revoked', 'expired', 'encrypt-only']));
    expect(DEMO_PEOPLE.some(({ card }) => !card.isBound && card.issuer !== 'moeaca-g2')).toBe(true);
    expect(DEMO_PEOPLE.some(({ card }) => card.issuer === 'moeaca-g2')).toBe(true);
    const entersNothing = (systemId: string) =>
      DEMO_PEOPLE.some(
        person => person.state === 'active' && person.grants.every(grant => grant.systemId !== systemId),
      );
    expect(entersNothing('company')).toBe(true);
    for (const { id } of systems) {
      expect(DEMO_PEOPLE.flatMap(({ grants }) => grants).some(({ systemId }) => systemId === id)).toBe(true);
    }
    for (const role of ['case-officer', 'ministry-administrator', 'unit-head', 'registrar', 'general-user'] as const) {
      expect(DEMO_PEOPLE.some(({ roles }) => roles.includes(role))).toBe(true);
    }
  });
});
