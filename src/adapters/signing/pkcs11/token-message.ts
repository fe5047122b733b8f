/** Which token of which module, and what opens it. */
export interface TokenSettings {
  /** Absolute path of the vendor's library. */
  readonly module: string;
  /** CK_TOKEN_INFO label, without its padding. */
  readonly tokenLabel: string;
}

/** What the gateway asks the process that holds the module. The first question is `logIn`. */
export type TokenQuestion =
  | { readonly operation: 'logIn'; readonly pin: string }
  | { readonly operation: 'make' }
  | { readonly operation: 'find'; readonly kid: string }
  /** @param digest SHA-256 of what is signed */
  | { readonly operation: 'sign'; readonly kid: string; readonly digest: Uint8Array }
  | { readonly operation: 'remove'; readonly kid: string };

export interface TokenRequest {
  readonly id: number;
  readonly question: TokenQuestion;
}

export interface TokenReply {
  readonly id: number;
  /** Bytes: of `make` and `find` the public point, of `sign` the signature. Null: done, or there is none. */
  readonly outcome:
    | { readonly ok: true; readonly bytes: Uint8Array | null }
    /** `problem` names a return value of PKCS#11 where there is one, `CKR_PIN_INCORRECT`. */
    | {
        readonly ok: false;
        readonly problem: string;
        /** The one key is at fault, and the token may be asked on. */
        readonly isTokenSound: boolean;
      };
}
