import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IssuedCertificate } from '../authority/certificate.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const SOFTHSM_MODULE = '/usr/lib/softhsm/libsofthsm2.so';
const TOKEN_LABEL = 'HiCOS PKI Smart Card';
const SECURITY_OFFICER_PIN = '99999999';

/** Tokens of a SoftHSM of its own, with the objects of a citizen card. */
export class SoftHsm {
  readonly folder = temporaryFolder('softhsm');
  /** what a process must have in its environment to see these tokens */
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    const tokens = path.join(this.folder, 'tokens');
    mkdirSync(tokens);
    const configuration = path.join(this.folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
    this.env = { SOFTHSM2_CONF: configuration };
  }

  addToken(pin: string, label = TOKEN_LABEL): void {
    const pins = ['--pin', pin, '--so-pin', SECURITY_OFFICER_PIN];
    this.#run('softhsm2-util', ['--init-token', '--free', '--label', label, ...pins]);
  }

  /** @param id CKA_ID in hexadecimal; a certificate may get another one than its key, to see what happens then */
  addKeyPair(
    pair: IssuedCertificate,
    pin: string,
    id: { readonly key: string; readonly certificate?: string },
    label = TOKEN_LABEL,
  ): void {
    const key = path.join(this.folder, 'key.pem');
    writeFileSync(key, pair.keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    this.#run('softhsm2-util', ['--import', key, '--token', label, '--label', 'key', '--id', id.key, '--pin', pin]);
    this.addCertificate(pair.certificate.der, pin, id.certificate ?? id.key, label);
  }

  addCertificate(der: Buffer, pin: string, id: string, label = TOKEN_LABEL): void {
    const file = path.join(this.folder, 'certificate.der');
    writeFileSync(file, der);
    const token = ['--module', SOFTHSM_MODULE, '--token-label', label, '--login', '--pin', pin];
    this.#run('pkcs11-tool', [
      ...token,
      '--write-object',
      file,
      '--type',
      'cert',
      '--id',
      id,
      '--label',
      'certificate',
    ]);
  }

  #run(command: string, args: readonly string[]): void {
    execFileSync(command, args, { env: { PATH: process.env['PATH'] ?? '', ...this.env }, stdio: 'pipe' });
  }
}
