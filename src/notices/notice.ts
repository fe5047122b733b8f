import { NOTICE_TEMPLATES, type NoticeFacts, type NoticeTemplate } from './templates.ts';

export type NoticeLanguage = 'zh' | 'en';

/**
 * Something told to one person, and the proof that it was (D1-165, D1-173): what was said, in which version of the text,
 * when. Holds no password, secret, code or card data: mail is read by others.
 */
export interface Notice {
  readonly id: string;
  /** Whom it is for; null for somebody who has no account (yet). */
  readonly accountId: string | null;
  /** Mail address; null when none is known: the notice is then handed over as a printed sheet. */
  readonly toAddress: string | null;
  readonly template: NoticeTemplate;
  readonly language: NoticeLanguage;
  /** One line. */
  readonly subject: string;
  readonly body: string;
  /** Template and version of its text, such as `dormancy-warning/1`. */
  readonly textVersion: string;
  readonly createdAt: Date;
}

/**
 * Writes a notice from its template. Facts are put in as they are, control characters apart: a name from outside must not
 * begin a new line in a subject.
 */
export function writeNotice<T extends NoticeTemplate>(about: {
  readonly id: string;
  readonly template: T;
  readonly facts: NoticeFacts<T>;
  readonly accountId: string | null;
  readonly toAddress: string | null;
  readonly language: NoticeLanguage;
  readonly createdAt: Date;
}): Notice {
  const { id, template, facts, accountId, toAddress, language, createdAt } = about;
  const { version, subject, body } = NOTICE_TEMPLATES[template];
  return {
    id,
    accountId,
    toAddress,
    template,
    language,
    subject: fill(subject[language], facts),
    body: fill(body[language], facts),
    textVersion: `${template}/${version}`,
    createdAt,
  };
}

function fill(text: string, facts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => (facts[name] ?? '').replace(/\p{Cc}+/gu, ' '));
}
