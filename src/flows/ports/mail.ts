export type MailOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The server will not take it however often it is asked: no such mailbox. */
      readonly isPermanent: boolean;
      /** SMTP reply code; null where there was no answer. */
      readonly responseCode: number | null;
      /** For people; one line. */
      readonly problem: string;
    };

/** Sends one mail; never throws for what a mail server may do. Deadline 30 s. Who asks is who tries again. */
export interface MailSender {
  /** @param message.id  the notice's id: the same mail keeps its Message-ID however often it is sent */
  send(message: {
    readonly id: string;
    readonly to: string;
    readonly subject: string;
    readonly body: string;
  }): Promise<MailOutcome>;
}
