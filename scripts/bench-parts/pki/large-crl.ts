import { randomBytes } from 'node:crypto';
import type { CertificateAuthority } from '../../../test/authority/certificate-authority.ts';
import { element, integer, sequence, tagged, time } from '../../../test/authority/der.ts';
import { authorityKeyIdentifier, crlNumber, encodeExtension, reasonCode } from '../../../test/authority/extensions.ts';
import { signatureAlgorithm, signedFrame } from '../../../test/authority/key-pair.ts';

const SERIAL_OCTETS = 16;

/** A CRL as MOICA's complete one: 16-octet serial numbers, a date and a reason, 51 octets an entry. */
export function issueLargeCrl(authority: CertificateAuthority, entries: number): Buffer {
  const { keyPair, certificate } = authority;
  const thisUpdate = new Date(Date.now() - 60_000);
  const extensions = [authorityKeyIdentifier(keyPair.keyIdentifier), crlNumber(thisUpdate.getTime().toString(16))];
  const toBeSigned = sequence(
    integer(1),
    signatureAlgorithm(keyPair, 'sha256'),
    certificate.subject,
    time(thisUpdate),
    time(new Date(thisUpdate.getTime() + 36 * 3_600_000)),
    element(0x30, repeated(entries)),
    tagged(0, sequence(...extensions.map(encodeExtension))),
  );
  return signedFrame(toBeSigned, keyPair, 'sha256');
}

/** One entry many times, each with a serial number and a time of day of its own. */
function repeated(entries: number): Buffer {
  // Begins with 1 so that the encoding is minimal and positive whatever follows.
  const serial = `01${'00'.repeat(SERIAL_OCTETS - 1)}`;
  const entry = sequence(
    integer(serial),
    time(new Date('2026-01-02T03:04:05Z')),
    sequence(encodeExtension(reasonCode('keyCompromise'))),
  );
  const serialAt = entry.indexOf(Buffer.from(serial, 'hex')) + 1;
  const timeAt = entry.indexOf('030405Z');
  const list = Buffer.alloc(entry.length * entries, entry);
  const random = randomBytes((SERIAL_OCTETS - 1) * entries);
  for (let i = 0; i < entries; i++) {
    random.copy(list, i * entry.length + serialAt, i * (SERIAL_OCTETS - 1), (i + 1) * (SERIAL_OCTETS - 1));
    const second = (i * 7919) % 86_400;
    const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
    list.write(clock.map(part => String(part).padStart(2, '0')).join(''), i * entry.length + timeAt, 'latin1');
  }
  return list;
}
