import type { FailureCode, PortalAnswerFailure } from '../../problem.ts';
import { isFailureCode } from '../../problem.ts';
import type { Story } from '../story.ts';
import { APPLICATION_STORIES as application } from './application-stories.ts';
import { CARD_STORIES as card } from './card-stories.ts';
import { COMPONENT_STORIES as component } from './component-stories.ts';
import { CREDENTIAL_STORIES as credential } from './credential-stories.ts';
import { LOGIN_STORIES as login } from './login-stories.ts';
import { READER_STORIES as reader } from './reader-stories.ts';
import { REQUEST_STORIES as request } from './request-stories.ts';
import { SESSION_STORIES as session, sessionOverStory } from './session-stories.ts';
import { TLS_STORIES as tls } from './tls-stories.ts';
import { TROUBLE_STORIES as trouble } from './trouble-stories.ts';

/** The story behind every code of the server. Many inner reasons are one story: the code at its side tells them apart. */
const BY_CODE = {
  'request-malformed': request.malformed,
  'content-type-not-json': request.malformed,
  'body-too-large': request.malformed,
  'foreign-origin': request['foreign-origin'],
  'form-token-invalid': request['form-stale'],
  'not-found': request['not-found'],
  'not-logged-in': request['not-logged-in'],
  'session-over': session.over,
  'access-refused': request['access-refused'],
  'card-session-required': request['card-session-required'],
  'fields-invalid': request.malformed,
  'own-account': request['own-account'],
  'own-import': request['own-import'],
  'changed-meanwhile': request['changed-meanwhile'],
  'no-session-to-end': session['none-to-end'],
  'method-not-allowed': request['not-allowed'],
  unavailable: session.unavailable,
  'internal-fault': request.fault,

  'challenge-unknown': login['challenge-over'],
  'challenge-expired': login['challenge-over'],
  'challenge-of-another-session': login['challenge-foreign'],
  'challenge-of-another-purpose': login['challenge-foreign'],

  'certificate-malformed': login.unreadable,
  'no-path-to-anchor': card.untrusted,
  'path-work-budget-exceeded': card.untrusted,
  'certificate-signature-invalid': card.untrusted,
  'algorithm-not-allowed': card.untrusted,
  'weak-key': card.untrusted,
  'certificate-expired': card.expired,
  'certificate-not-yet-valid': card['not-yet-valid'],
  'issuer-name-mismatch': card.untrusted,
  'issuer-not-a-ca': card.untrusted,
  'path-length-exceeded': card.untrusted,
  'key-usage-not-allowed': card['not-citizen'],
  'extended-key-usage-not-allowed': card['not-citizen'],
  'policy-not-allowed': card['not-citizen'],
  'policy-mapping-invalid': card.untrusted,
  'name-not-permitted': card.untrusted,
  'unknown-critical-extension': card.untrusted,

  'certificate-revoked': card.revoked,
  'revocation-status-unavailable': card['status-unknown'],
  'crl-expired': card['status-unknown'],
  'crl-not-yet-valid': card['status-unknown'],
  'ocsp-malformed': card['status-unknown'],
  'ocsp-responder-error': card['status-unknown'],
  'ocsp-unknown-critical-extension': card['status-unknown'],
  'ocsp-certificate-mismatch': card['status-unknown'],
  'ocsp-nonce-mismatch': card['status-unknown'],
  'ocsp-algorithm-not-allowed': card['status-unknown'],
  'ocsp-signature-invalid': card['status-unknown'],
  'ocsp-responder-mismatch': card['status-unknown'],
  'ocsp-responder-not-authorized': card['status-unknown'],
  'ocsp-not-yet-valid': card['status-unknown'],
  'ocsp-expired': card['status-unknown'],
  'ocsp-status-unknown': card['status-unknown'],
  'revocation-work-budget-exceeded': card['status-unknown'],

  'signed-data-malformed': login.unreadable,
  'signed-data-signer-count': login['signature-invalid'],
  'signed-data-signer-mismatch': login['signature-invalid'],
  'signed-data-certificate-missing': login['signature-invalid'],
  'signed-data-algorithm-not-allowed': login['signature-invalid'],
  'signed-data-attributes-invalid': login['signature-invalid'],
  'signed-data-content-mismatch': login['signature-invalid'],
  'signature-invalid': login['signature-invalid'],

  'moeaca-certificate': card.moeaca,
  'gca-certificate': card.gca,
  'xca-certificate': card.xca,
  'test-certificate': card['not-citizen'],
  'encryption-certificate': card['not-citizen'],
  'not-a-citizen-certificate': card['not-citizen'],

  'too-many-attempts': credential['too-many-attempts'],
  busy: credential.busy,
  'activation-refused': credential['activation-refused'],
  'initial-secret-expired': credential['initial-secret-expired'],
  'activation-over': credential['activation-over'],
  'activation-step-not-pending': credential['step-not-pending'],
  'password-refused': credential['password-refused'],
  'card-of-another-person': credential['card-of-another-person'],
  'card-bound-elsewhere': credential['card-bound-elsewhere'],
  'card-already-bound': credential['card-already-bound'],
  'application-card-has-account': application['card-has-account'],
  'application-signature-refused': application['signing-refused'],
  'key-shares-prime': credential['key-shares-prime'],
  'account-not-ready': credential['account-not-ready'],
  'secret-issued-by-yourself': credential['secret-issued-by-yourself'],
  'one-day-password-refused': credential['one-day-refused'],
  'day-password-change-over': credential['day-change-over'],
  'rules-not-acknowledged': credential['rules-first'],
  'rules-version-not-current': credential['rules-first'],

  'client-certificate-missing': tls.missing,
  'client-certificate-unreadable': tls.unreadable,

  'card-blocked': card.blocked,
  'card-not-bound': login['card-not-bound'],
  'account-pending-activation': login['account-pending'],
  'account-suspended': login['account-suspended'],
  'account-deleted': login['account-deleted'],
} as const satisfies Record<FailureCode, Story>;

/**
 * States in which the card component, on the person's own computer, can leave a login; the page knows them before the
 * server does. Three carry the name of a server code because they are the same story.
 */
export const COMPONENT_STATE_STORIES = {
  ...component,
  ...reader,
  ...trouble,
  'wrong-card-family': card['wrong-family'],
  'certificate-expired': card.expired,
  'certificate-not-yet-valid': card['not-yet-valid'],
} as const satisfies Record<string, Story>;

export type ComponentStateCode = keyof typeof COMPONENT_STATE_STORIES;

/** The story of a code of the server. */
export function storyOf(code: FailureCode): Story {
  return BY_CODE[code];
}

/** The story of a failure, with what is particular to this one. */
export function storyOfFailure(failure: PortalAnswerFailure): Story {
  return failure.code === 'session-over' ? sessionOverStory(failure.reason, failure.replacedBy) : BY_CODE[failure.code];
}

/**
 * Finds the story of a code that came from an address: a server code or a component state. Anything else gets the
 * general story without its text, so that nobody can put words on our page.
 */
export function findStory(code: string | undefined): { readonly story: Story; readonly code: string | null } {
  if (code === undefined) return { story: request.unknown, code: null };
  if (isFailureCode(code)) return { story: BY_CODE[code], code };
  if (isComponentState(code)) return { story: COMPONENT_STATE_STORIES[code], code };
  return { story: request.unknown, code: null };
}

function isComponentState(text: string): text is ComponentStateCode {
  return Object.hasOwn(COMPONENT_STATE_STORIES, text);
}
