import type { MutationName } from './chain-mutations.ts';
import type { Answer, Question } from './openssl-chains.ts';

/** Where this room and OpenSSL 3.0 differ, what we say, and the section that decides it. */
const DIFFERENCES: Partial<Record<MutationName, { readonly ours: 'accepted' | 'refused'; readonly because: string }>> =
  {
    'the last second': { ours: 'accepted', because: 'RFC 5280 4.1.2.5: the validity period includes notAfter' },
    'CRL in its last second': {
      ours: 'accepted',
      because: 'RFC 5280 5.1.2.5: the next CRL comes by nextUpdate, no sooner',
    },
    'cA TRUE written as 01': { ours: 'refused', because: 'X.690 11.1: TRUE is FF in DER, and certificates are DER' },
    'unknown extension twice': { ours: 'refused', because: 'RFC 5280 4.2: no extension may be there twice' },
    'leaf for any purpose': { ours: 'accepted', because: 'RFC 5280 4.2.1.12: anyExtendedKeyUsage restricts nothing' },
    'a look-alike, and no identifiers': {
      ours: 'accepted',
      because: 'RFC 5280 6.1: there is a path; OpenSSL tries the first issuer of that name alone',
    },
    'the CA is cross-signed by a stranger': {
      ours: 'accepted',
      because: 'RFC 5280 6.1: there is a path; OpenSSL follows the cross certificate and does not turn back',
    },
    'leaf names another key of its issuer': {
      ours: 'accepted',
      because: 'RFC 5280 6.1.3 does not ask for key identifiers; RFC 4158 3.5.12: they order candidates',
    },
    'issuer in composed and decomposed form': {
      ours: 'accepted',
      because: 'RFC 5280 7.1 and RFC 4518 2.3: names are compared after NFKC',
    },
    'leaf listed as removed, in a complete CRL': {
      ours: 'refused',
      because: 'RFC 5280 5.3.1: removeFromCRL has a meaning in delta CRLs alone',
    },
    'CRL without nextUpdate': { ours: 'refused', because: 'RFC 5280 5.1.2.5: nextUpdate must be there' },
  };

/** The listed reason why our answer may differ from OpenSSL's; `undefined` where it may not. */
export function differenceOf({ mutation }: Question, ours: Answer): string | undefined {
  const listed = DIFFERENCES[mutation];
  return listed !== undefined && (listed.ours === 'accepted') === ours.holds ? listed.because : undefined;
}
