import type { RequestHandler } from 'express';
import type { Language } from './texts/bilingual.ts';

/** What is settled about a request before its route runs; each is set by one middleware, in the order of `app.ts`. */
export interface PortalLocals extends Record<string, unknown> {
  /** Our own UUID; names the request in records, in logs and to the help desk. */
  requestId: string;
  language: Language;
}

/** A handler whose body and query are unknown until a schema has read them. */
export type PortalHandler = RequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  Record<string, unknown>,
  PortalLocals
>;
