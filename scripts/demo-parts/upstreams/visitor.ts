import type { IncomingMessage } from 'node:http';
import {
  AssertionRejected,
  readAssertionField,
  type AssertionRejection,
  type AssertionVerifier,
  type VerifiedIdentity,
} from '../../../src/verifier/verifier.ts';

/** Who sends a request, or why nobody is believed to. */
export type Visitor =
  | { readonly verified: true; readonly identity: VerifiedIdentity }
  | { readonly verified: false; readonly code: AssertionRejection };

/** Asks the product's verifier, as every business system must before it looks at anything else. */
export async function identifyVisitor(verifier: AssertionVerifier, request: IncomingMessage): Promise<Visitor> {
  try {
    return { verified: true, identity: await verifier.verify(readAssertionField(request.rawHeaders)) };
  } catch (error) {
    if (!(error instanceof AssertionRejected)) throw error;
    return { verified: false, code: error.code };
  }
}
