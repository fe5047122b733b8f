import { z } from 'zod';
import { reportCardTrouble } from '../../flows/login/report-card-trouble.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { originOf } from '../request-origin.ts';

const code = z.int().min(0).max(0xffffffff);

/** A closed vocabulary, that of `islands/trouble-report.ts`: nothing that names a person, a card or a reader fits in. */
const troubleReport = z.strictObject({
  purpose: z.enum(['login', 'bind', 'apply', 'sign']),
  state: z.enum([
    'popup-blocked',
    'component-absent',
    'component-silent',
    'cancelled',
    'no-reader',
    'no-card',
    'wrong-card-family',
    'no-sign-certificate',
    'pin-wrong',
    'pin-length',
    'pin-locked',
    'untrusted-site',
    'certificate-expired',
    'certificate-not-yet-valid',
    'component-error',
  ]),
  trouble: z
    .enum([
      'request',
      'driver',
      'timeout',
      'outdated',
      'version',
      'card',
      'signing',
      'signature-type',
      'soft-certificate',
      'other-service',
      'malformed-reply',
      'unknown-code',
    ])
    .optional(),
  retCode: code.optional(),
  lastError: code.optional(),
  componentVersion: z
    .string()
    .max(50)
    .regex(/^\d{1,9}(?:\.\d{1,9}){1,4}$/)
    .optional(),
});

/** `POST /login/card/trouble`: 204 for whatever is well-formed, recorded or dropped. */
export function takeCardTrouble(portal: Portal): PortalHandler {
  return async (request, response) => {
    const report = troubleReport.safeParse(request.body);
    if (!report.success) {
      answerFailure(portal, request, response, { code: 'request-malformed' });
      return;
    }
    const { visitor } = response.locals;
    const accountId = visitor?.kind === 'person' ? visitor.person.session.accountId : undefined;
    await reportCardTrouble(portal.context, { ...report.data, accountId }, originOf(response));
    response.status(204).end();
  };
}
