import type { LiveTrustData } from './adapters/revocation/trust-data.ts';
import type { HealthCheck } from './cli/command.ts';

type Trust = Pick<LiveTrustData, 'trustStore' | 'crls' | 'crlStates' | 'blockListProblem'>;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Public facts about what certificates are judged by; instants as RFC 3339. */
export interface TrustReport {
  readonly anchors: readonly { readonly subject: string; readonly sha256: string; readonly notAfter: string }[];
  readonly crls: readonly {
    readonly url: string;
    /** null where there is none. */
    readonly thisUpdate: string | null;
    readonly nextUpdate: string | null;
    readonly ageMinutes: number | null;
  }[];
}

/** For `/readyz`, so that whoever watches it sees an expiry coming. */
export function reportTrust(trust: Trust, now: Date): TrustReport {
  return {
    anchors: trust.trustStore().anchors.map(({ subject, sha256, notAfter }) => ({
      subject: subject.toString(),
      sha256,
      notAfter: iso(notAfter),
    })),
    crls: trust.crlStates().map(({ url, crl }) => {
      if (crl === undefined) return { url, thisUpdate: null, nextUpdate: null, ageMinutes: null };
      const { thisUpdate, nextUpdate } = crl.header;
      return { url, thisUpdate: iso(thisUpdate), nextUpdate: iso(nextUpdate), ageMinutes: minutesOld(thisUpdate, now) };
    }),
  };
}

/** For `doctor`: each pinned certificate, each CRL, and the block list where its file is not sound. */
export function checkTrust(trust: Trust, now: Date): HealthCheck[] {
  const nowMs = now.getTime();
  const pinned = trust.trustStore().certificates.map(({ notAfter, sha256, subject }) => {
    const days = Math.floor((notAfter - nowMs) / DAY_MS);
    const detail = `${subject.toString()} (${sha256.slice(0, 16)}) until ${iso(notAfter)} (${days} days)`;
    return { name: 'pinned certificate', ok: notAfter >= nowMs, detail };
  });
  const crls = trust.crlStates().map(({ url, crl, lastProblem }) => {
    if (crl === undefined) return { name: 'CRL', ok: false, detail: [url, lastProblem].filter(Boolean).join(', ') };
    const { thisUpdate, nextUpdate } = crl.header;
    const age = `${minutesOld(thisUpdate, now)} min old`;
    const detail = [url, age, `until ${iso(nextUpdate)}`, lastProblem].filter(Boolean).join(', ');
    return { name: 'CRL', ok: nowMs <= nextUpdate, detail };
  });
  const problem = trust.blockListProblem();
  return [...pinned, ...crls, ...(problem === undefined ? [] : [{ name: 'block list', ok: false, detail: problem }])];
}

/** @throws unless a pinned anchor is valid */
export function requireAnchor(trust: Trust, now: Date): Promise<void> {
  if (trust.trustStore().anchors.some(({ notAfter }) => now.getTime() <= notAfter)) return Promise.resolve();
  return Promise.reject(new Error('Every trust anchor has expired: every card login is refused.'));
}

/** @throws unless a CRL is current */
export function requireCrl(trust: Trust, now: Date): Promise<void> {
  if (trust.crls().some(crl => now.getTime() <= crl.header.nextUpdate)) return Promise.resolve();
  return Promise.reject(new Error('No current CRL: every card login is refused.'));
}

function minutesOld(thisUpdate: number, now: Date): number {
  return Math.floor((now.getTime() - thisUpdate) / MINUTE_MS);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
