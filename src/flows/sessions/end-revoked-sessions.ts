import { setImmediate } from 'node:timers/promises';
import { judgeCardStatus, proveCitizenCertificate } from '../../pki/card-proof.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { CertificateInUse } from '../ports/session-records.ts';
import { endSessions } from './end-sessions.ts';

/** Certificates in one read. */
const PAGE = 100;

/**
 * Ends every session that was opened with a card whose certificate, or whose CA's, the CRLs in use show to be revoked. Run
 * after each refresh of the CRLs. A status that is not known ends nothing: the next login is refused, and the people
 * at work are not put out because a CRL is late.
 *
 * @returns how many have ended
 */
export async function endRevokedSessions(context: GatewayContext): Promise<number> {
  let count = 0;
  let after: string | null = null;
  do {
    const inUse: CertificateInUse[] = await context.database.sessions.listCertificatesInUse(after, PAGE);
    for (const { certificateDer, references } of inUse) {
      // Each is judged in a fraction of a millisecond; requests come in between.
      await setImmediate();
      if (!isRevoked(context, certificateDer)) continue;
      const { ended } = await endSessions(
        context,
        { scope: { kind: 'everything' }, references },
        { reason: 'card-revoked', actor: { kind: 'gateway' } },
      );
      count += ended.length;
    }
    after = inUse.length < PAGE ? null : (inUse.at(-1)?.certificateSha256 ?? null);
  } while (after !== null);
  return count;
}

function isRevoked({ clock, trust }: GatewayContext, certificate: Uint8Array): boolean {
  const time = clock.now();
  const proven = proveCitizenCertificate({ certificate, trustStore: trust.trustStore(), time });
  if (!proven.ok) return false;
  const verdict = judgeCardStatus(proven.card, { crls: trust.crls(), time, policy: trust.revocationPolicy });
  return !verdict.ok && verdict.failure.code === 'certificate-revoked';
}
