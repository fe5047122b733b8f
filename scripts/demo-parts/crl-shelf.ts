import type { CertificateAuthority } from '../../test/authority/certificate-authority.ts';
import { issueCrl } from '../../test/authority/crl.ts';

/** The real CAs issue a list every few hours; a demonstration is watched for minutes. */
const REISSUE_AFTER_MS = 10 * 60_000;

interface ShelvedCrl {
  readonly der: Buffer;
  readonly issuedAt: Date;
}

/** The newest CRL of every CA and scope. A list is issued when it is asked for and none is young enough. */
export interface CrlShelf {
  /** @param address of a partition CRL; `null` for the complete one */
  current(authority: CertificateAuthority, address: string | null): Buffer;
  /** Makes the next asker get a new list: something was revoked. */
  withdraw(authority: CertificateAuthority): void;
}

export function createCrlShelf(now: () => Date): CrlShelf {
  const shelf = new Map<string, ShelvedCrl>();
  let lastNumber = 0n;
  const nextNumber = (): string => {
    // A new list must have a greater number (RFC 5280 §5.2.3), also after a restart: the time in milliseconds.
    const byTime = BigInt(now().getTime());
    lastNumber = byTime > lastNumber ? byTime : lastNumber + 1n;
    return lastNumber.toString(16);
  };
  return {
    current(authority, address) {
      const key = `${authority.id} ${address ?? ''}`;
      const shelved = shelf.get(key);
      const thisUpdate = now();
      if (shelved !== undefined && thisUpdate.getTime() - shelved.issuedAt.getTime() < REISSUE_AFTER_MS) {
        return shelved.der;
      }
      const scope = address === null ? {} : { address };
      const der = issueCrl(authority, { thisUpdate, number: nextNumber(), ...scope });
      shelf.set(key, { der, issuedAt: thisUpdate });
      return der;
    },
    withdraw(authority) {
      for (const key of shelf.keys()) if (key.startsWith(`${authority.id} `)) shelf.delete(key);
    },
  };
}
