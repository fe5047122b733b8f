import { bytesEqual } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import type { DistinguishedName } from '../distinguished-name.ts';

/** Certificates that may be issuers, found by subject. Holds no trust of its own. */
export class CertificatePool {
  readonly certificates: readonly Certificate[];
  readonly #bySubject = new Map<string, Certificate[]>();
  /**
   * The same lists by the exact octets of a subject: nearly every issuer name is written just like that, and needs no
   * preparing.
   */
  readonly #byExactSubject = new Map<string, Certificate[]>();
  /** Attribute types of the subjects: a name of another shape matches none of them, and needs no preparing either. */
  readonly #shapes = new Set<string>();

  /** Certificates that are the same to the last octet count once. */
  constructor(certificates: Iterable<Certificate>) {
    this.certificates = [...new Map([...certificates].map(certificate => [certificate.sha256, certificate])).values()];
    for (const certificate of this.certificates) {
      const key = subjectKey(certificate.subject);
      const same = this.#bySubject.get(key) ?? [];
      same.push(certificate);
      this.#bySubject.set(key, same);
      this.#byExactSubject.set(octetKey(certificate.subject), same);
      this.#shapes.add(shapeOf(certificate.subject));
    }
  }

  withSubject(name: DistinguishedName): readonly Certificate[] {
    const exact = this.#byExactSubject.get(octetKey(name));
    if (exact !== undefined || !this.#shapes.has(shapeOf(name))) return exact ?? [];
    return this.#bySubject.get(subjectKey(name)) ?? [];
  }

  /**
   * Every certificate whose subject is this one's issuer, those first whose key identifier is the one asked for, those
   * last that carry another: identifiers are hints (RFC 4158 section 3.5.12), names and signatures decide.
   */
  issuersOf(certificate: Certificate): readonly Certificate[] {
    const wanted = certificate.extensions.authorityKeyIdentifier?.keyIdentifier;
    const rank = (issuer: Certificate) => {
      const identifier = issuer.extensions.subjectKeyIdentifier;
      if (wanted === undefined || identifier === undefined) return 1;
      return bytesEqual(wanted, identifier) ? 0 : 2;
    };
    const candidates = this.withSubject(certificate.issuer);
    return candidates.length < 2 ? candidates : [...candidates].sort((a, b) => rank(a) - rank(b));
  }
}

function subjectKey(name: DistinguishedName): string {
  return name.comparableRdns.join(',');
}

function octetKey({ der }: DistinguishedName): string {
  return Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1');
}

/** RDNs of several attributes compare as sets, so only how many there are is told apart. */
function shapeOf({ rdns }: DistinguishedName): string {
  return rdns.map(rdn => (rdn.length === 1 ? rdn[0]?.type : rdn.length)).join('/');
}
