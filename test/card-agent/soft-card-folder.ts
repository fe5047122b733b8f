import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chainOf, createAuthority } from '../authority/authority.ts';
import type { Authority } from '../authority/authority.ts';
import type { Issuance } from '../authority/end-entity.ts';
import { encodeSoftCard, issueCitizenCard } from '../authority/soft-card.ts';
import type { Card } from '../authority/soft-card.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const PIN = '246810';
export const WRONG_PIN = '135790';
const P12_PASSWORD = 'demo-p12-password';

let authority: Promise<Authority> | undefined;

export function testAuthority(): Promise<Authority> {
  return (authority ??= createAuthority({ origin: 'http://127.0.0.1:8089' }));
}

export async function makeCard(issuance: Omit<Issuance, 'keyUsage' | 'keyPair'> = {}): Promise<Required<Card>> {
  const holder = { name: '示範王小明', serialNumber: '0000000123456789', idLastFour: '6789' };
  return await issueCitizenCard(chainOf(await testAuthority(), 'moica-g2'), holder, issuance);
}

/** A folder for `--soft-card-dir`. */
export class SoftCardFolder {
  readonly path = temporaryFolder('soft-cards');

  constructor() {
    this.insert({ 'Test Reader 0': null });
  }

  /** Says which readers there are and which card lies in each. */
  insert(readers: Readonly<Record<string, string | null>>): void {
    const list = Object.entries(readers).map(([name, card]) => ({ name, card }));
    this.write('reader.json', JSON.stringify({ readers: list }));
  }

  issue(name: string, card: Card, cardNumber = 'MT00000000000001', pin = PIN): void {
    this.write(`${name}.p12`, encodeSoftCard(card, P12_PASSWORD));
    this.write(`${name}.json`, JSON.stringify({ cardNumber, p12: `${name}.p12`, p12Password: P12_PASSWORD, pin }));
  }

  write(name: string, content: string | Buffer): void {
    const beside = path.join(this.path, `${name}.new`);
    writeFileSync(beside, content);
    renameSync(beside, path.join(this.path, name));
  }

  read(name: string): string {
    return readFileSync(path.join(this.path, name), 'utf8');
  }
}
