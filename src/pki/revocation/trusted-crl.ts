/** A CRL whose signature was verified. Only this module makes one. */
export class TrustedCrl {
  readonly #brand = true;
  private constructor() {
    void this.#brand;
  }
}
