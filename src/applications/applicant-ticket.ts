/** One browser's right to apply as the holder of a card without an account; it is no session and opens no system. */
export interface ApplicantTicket {
  /** See `hashSubject`. */
  readonly subjectHash: string;
  readonly name: string;
  readonly idLastFour: string | null;
}

/** Long enough to fill in a form and find the papers. */
export const APPLICANT_TICKET_MS = 60 * 60_000;
