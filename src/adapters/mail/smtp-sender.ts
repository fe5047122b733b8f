import { createTransport } from 'nodemailer';
import type { MailOutcome, MailSender } from '../../flows/ports/mail.ts';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** implicit: TLS from the first byte. starttls: required, never merely offered. none: loopback only, see the configuration. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  /** PEM of the authority of the server's certificate, where it is not a public one. */
  readonly ca?: string;
  readonly credentials?: { readonly user: string; readonly password: string };
  /** `名稱 <address>` */
  readonly from: string;
}

/** A server that answers at all does so in a second; three steps of ten seconds are the port's deadline. */
const STEP_DEADLINE_MS = 10_000;

/** Sends mail through one SMTP server (RFC 5321), one connection a mail: notices are few. */
export function createSmtpSender(options: SmtpOptions): MailSender {
  const { host, port, tls, ca, credentials, from } = options;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    connectionTimeout: STEP_DEADLINE_MS,
    greetingTimeout: STEP_DEADLINE_MS,
    socketTimeout: STEP_DEADLINE_MS,
    // A notice is text; nothing in it may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';
  return {
    async send({ id, to, subject, body }) {
      try {
        await transport.sendMail({
          from,
          // As one address: a comma in it must not make two recipients of it.
          to: { name: '', address: to },
          subject,
          text: body,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { ok: true };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** Only a refusal of this recipient or this mail is final; everything else may be right again tomorrow. */
function failed(error: unknown): MailOutcome {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? error.code : undefined;
  const responseCode = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null;
  const isPermanent =
    (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== null && responseCode >= 500 && responseCode < 600;
  return { ok: false, isPermanent, responseCode, problem: error.message };
}
