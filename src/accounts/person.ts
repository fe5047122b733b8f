/** Whom an account belongs to; only what the forms name is kept (D1-071). */
export interface Person {
  readonly id: string;
  /** NFC. */
  readonly name: string;
  /** Last four characters of the identity number, as on the citizen certificate; null when nobody has given them yet. */
  readonly idLastFour: string | null;
  /** 職稱 */
  readonly title: string | null;
  /** Office telephone, as written. */
  readonly phone: string | null;
  /** Office mail: where notices go. */
  readonly email: string | null;
}

/** What people may change of themselves (D1-060); everything else starts from a form. */
export type PersonContact = Pick<Person, 'title' | 'phone' | 'email'>;
