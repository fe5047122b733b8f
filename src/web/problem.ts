import type { ActivationFailure } from '../flows/credentials/activate-account.ts';
import type { BeginActivationFailure } from '../flows/credentials/begin-activation.ts';
import type { CardLoginFailure } from '../flows/login/open-card-session.ts';
import type { DayPasswordChangeFailure } from '../flows/login/change-one-day-password.ts';
import type { OneDayLoginFailure } from '../flows/login/log-in-with-one-day-password.ts';
import type { RegistrationFailure } from '../flows/credentials/register-certificate.ts';
import type { Replacement, SessionEndReason } from '../sessions/session.ts';

/** Refusals of the portal itself, before any journey begins. */
export type PortalFailure =
  | { readonly code: 'request-malformed' }
  | { readonly code: 'content-type-not-json' }
  | { readonly code: 'body-too-large' }
  | { readonly code: 'foreign-origin' }
  | { readonly code: 'form-token-invalid' }
  | { readonly code: 'not-found' }
  | { readonly code: 'not-logged-in' }
  /** There was a session, and it ended before this request came. */
  | { readonly code: 'session-over'; readonly reason: SessionEndReason; readonly replacedBy?: Replacement }
  | { readonly code: 'access-refused' }
  | { readonly code: 'card-session-required' }
  | { readonly code: 'fields-invalid' }
  | { readonly code: 'own-account' }
  | { readonly code: 'own-import' }
  | { readonly code: 'changed-meanwhile' }
  /** What was to end is over already, or is the session that asks. */
  | { readonly code: 'no-session-to-end' }
  | { readonly code: 'method-not-allowed' }
  /** A store cannot be asked: nothing can be judged, and nothing is given. */
  | { readonly code: 'unavailable' }
  | { readonly code: 'internal-fault' };

/** Refusals on the way in: activation, cards, one-day passwords, rules. */
export type CredentialFailure =
  | ActivationFailure
  | BeginActivationFailure
  | RegistrationFailure
  | OneDayLoginFailure
  | DayPasswordChangeFailure
  | { readonly code: 'account-not-ready' | 'secret-issued-by-yourself' }
  | { readonly code: 'rules-not-acknowledged' }
  | { readonly code: 'busy' };

/** Refusals on the way to an application by card, and of a signed decision. */
export type SigningFailure =
  { readonly code: 'application-card-has-account' } | { readonly code: 'application-signature-refused' };

/** Everything that the portal can answer instead of what was asked for. */
export type PortalAnswerFailure = CardLoginFailure | CredentialFailure | SigningFailure | PortalFailure;
export type FailureCode = PortalAnswerFailure['code'];

/** How one failure leaves the house. */
interface ProblemRow<Fact extends string> {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503;
  /** Facts that the person may see; all others stay in the audit record. Left out: none. */
  readonly expose?: readonly Fact[];
}

type FactsOf<Code extends FailureCode> = Exclude<keyof Extract<PortalAnswerFailure, { code: Code }>, 'code'> & string;
type ProblemTable = { readonly [Code in FailureCode]: ProblemRow<FactsOf<Code>> };

/**
 * The one translation from inner failure to HTTP (style: two vocabularies, one map). A code without a row does not
 * compile, and neither does a row that exposes a fact which its failure does not have.
 *
 * 400: cannot be read. 403: read, judged, refused. 409: the challenge is spent or over; a new one may be asked for.
 */
export const PROBLEMS = {
  'request-malformed': { status: 400 },
  'content-type-not-json': { status: 415 },
  'body-too-large': { status: 413 },
  'foreign-origin': { status: 403 },
  'form-token-invalid': { status: 403 },
  'not-found': { status: 404 },
  'not-logged-in': { status: 401 },
  'session-over': { status: 401, expose: ['reason'] },
  'access-refused': { status: 403 },
  'card-session-required': { status: 403 },
  'fields-invalid': { status: 400 },
  'own-account': { status: 403 },
  'own-import': { status: 403 },
  'changed-meanwhile': { status: 409 },
  'no-session-to-end': { status: 409 },
  'method-not-allowed': { status: 405 },
  unavailable: { status: 503 },
  'internal-fault': { status: 500 },

  'challenge-unknown': { status: 409 },
  'challenge-expired': { status: 409 },
  'challenge-of-another-session': { status: 403 },
  'challenge-of-another-purpose': { status: 403 },

  'certificate-malformed': { status: 400 },
  'no-path-to-anchor': { status: 403 },
  'path-work-budget-exceeded': { status: 403 },
  'certificate-signature-invalid': { status: 403 },
  'algorithm-not-allowed': { status: 403 },
  'weak-key': { status: 403 },
  'certificate-expired': { status: 403, expose: ['notAfter'] },
  'certificate-not-yet-valid': { status: 403, expose: ['notBefore'] },
  'issuer-name-mismatch': { status: 403 },
  'issuer-not-a-ca': { status: 403 },
  'path-length-exceeded': { status: 403 },
  'key-usage-not-allowed': { status: 403 },
  'extended-key-usage-not-allowed': { status: 403 },
  'policy-not-allowed': { status: 403 },
  'policy-mapping-invalid': { status: 403 },
  'name-not-permitted': { status: 403 },
  'unknown-critical-extension': { status: 403 },

  'certificate-revoked': { status: 403, expose: ['revokedAt'] },
  'revocation-status-unavailable': { status: 403 },
  'crl-expired': { status: 403 },
  'crl-not-yet-valid': { status: 403 },
  'ocsp-malformed': { status: 403 },
  'ocsp-responder-error': { status: 403 },
  'ocsp-unknown-critical-extension': { status: 403 },
  'ocsp-certificate-mismatch': { status: 403 },
  'ocsp-nonce-mismatch': { status: 403 },
  'ocsp-algorithm-not-allowed': { status: 403 },
  'ocsp-signature-invalid': { status: 403 },
  'ocsp-responder-mismatch': { status: 403 },
  'ocsp-responder-not-authorized': { status: 403 },
  'ocsp-not-yet-valid': { status: 403 },
  'ocsp-expired': { status: 403 },
  'ocsp-status-unknown': { status: 403 },
  'revocation-work-budget-exceeded': { status: 403 },

  'signed-data-malformed': { status: 400 },
  'signed-data-signer-count': { status: 403 },
  'signed-data-signer-mismatch': { status: 403 },
  'signed-data-certificate-missing': { status: 403 },
  'signed-data-algorithm-not-allowed': { status: 403 },
  'signed-data-attributes-invalid': { status: 403 },
  'signed-data-content-mismatch': { status: 403 },
  'signature-invalid': { status: 403 },

  'moeaca-certificate': { status: 403 },
  'gca-certificate': { status: 403 },
  'xca-certificate': { status: 403 },
  'test-certificate': { status: 403 },
  'encryption-certificate': { status: 403 },
  'not-a-citizen-certificate': { status: 403 },

  'too-many-attempts': { status: 429, expose: ['retryAfterS'] },
  busy: { status: 503 },
  'activation-refused': { status: 403 },
  'initial-secret-expired': { status: 403 },
  'activation-over': { status: 409 },
  'activation-step-not-pending': { status: 409 },
  'password-refused': { status: 400 },
  'card-of-another-person': { status: 403 },
  'card-bound-elsewhere': { status: 403 },
  'card-already-bound': { status: 409 },
  'key-shares-prime': { status: 403 },
  'account-not-ready': { status: 409 },
  'secret-issued-by-yourself': { status: 403 },
  'one-day-password-refused': { status: 403 },
  'day-password-change-over': { status: 409 },
  'rules-not-acknowledged': { status: 403 },
  'rules-version-not-current': { status: 409 },

  'application-card-has-account': { status: 403 },
  'application-signature-refused': { status: 409 },

  'client-certificate-missing': { status: 403 },
  'client-certificate-unreadable': { status: 403 },

  'card-blocked': { status: 403 },
  'card-not-bound': { status: 403 },
  'account-pending-activation': { status: 403 },
  'account-suspended': { status: 403 },
  'account-deleted': { status: 403 },
} as const satisfies ProblemTable;

/** Body of an `application/problem+json` answer (RFC 9457) of the portal. */
export interface Problem {
  /** Address of the page that explains the code to people. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: FailureCode;
  readonly requestId: string;
  /** Facts that the person may see; instants as RFC 3339. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/**
 * Says what of a failure leaves the house.
 *
 * @param about.title what happened, in the reader's language
 */
export function composeProblem(
  failure: PortalAnswerFailure,
  about: { readonly portalOrigin: string; readonly title: string; readonly requestId: string },
): Problem {
  const facts = exposedFacts(failure);
  return {
    type: `${about.portalOrigin}/login/failed?code=${failure.code}`,
    title: about.title,
    status: PROBLEMS[failure.code].status,
    code: failure.code,
    requestId: about.requestId,
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
}

/** The facts of a failure that its row exposes; instants as RFC 3339. */
export function exposedFacts(failure: PortalAnswerFailure): Readonly<Record<string, string | number>> {
  const row: ProblemRow<string> = PROBLEMS[failure.code];
  const facts = new Map<string, unknown>(Object.entries(failure));
  const exposed: Record<string, string | number> = {};
  for (const name of row.expose ?? []) {
    const value = facts.get(name);
    if (value instanceof Date) exposed[name] = value.toISOString();
    else if (typeof value === 'string' || typeof value === 'number') exposed[name] = value;
  }
  return exposed;
}

/** Whether a text from outside is a code of this table (and not a name that every object has). */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(PROBLEMS, text);
}
