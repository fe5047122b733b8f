/** The pinned certificates of the government PKI. Only `loadTrustStore` makes one. */
export class TrustStore {
  readonly #brand = true;
  private constructor() {
    void this.#brand;
  }
}
