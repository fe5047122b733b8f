/**
 * Names cookies by host and hash, the host in one character. A cookie is worthless on any host but its own, because the host
 * is part of its name.
 */
export class CookieNames {
  /** The portal and the systems; no stranger's word adds one, because requests to other hosts come nowhere near. */
  readonly #letters = new Map<string, string>();

  /** @param cookieHash SHA-256, base64url */
  nameOf(host: string, cookieHash: string): string {
    let letter = this.#letters.get(host);
    if (letter === undefined) {
      letter = String.fromCharCode(this.#letters.size + 1);
      this.#letters.set(host, letter);
    }
    return letter + cookieHash;
  }

  /** Whether two cookies are of one host. */
  areOfOneHost(one: string, other: string): boolean {
    return one.charCodeAt(0) === other.charCodeAt(0);
  }
}
