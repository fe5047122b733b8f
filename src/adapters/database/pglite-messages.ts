/** Handed to the worker when it starts. */
export interface PgliteStart {
  /** PGlite's own folder; made when it does not exist. */
  readonly dataFolder: string;
}

export type PgliteRequest =
  | {
      readonly kind: 'query';
      readonly id: number;
      readonly statement: string;
      readonly parameters: readonly unknown[];
    }
  | { readonly kind: 'close' };

export type PgliteReply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly rows: readonly unknown[];
      readonly affectedRows: number;
      readonly command: string;
    }
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly sqlState: string;
      readonly message: string;
      readonly constraint: string | null;
    };
