import express, { type Request } from 'express';
import type { AddressRule } from '../access.ts';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';
import { typedFieldsOf, type TypedFields } from '../typed-fields.ts';
import { hasBrowserSession } from '../visitor.ts';

/** A CMS SignedData with the whole chain is about 8 KiB, base64 11; 64 leaves room for other card families' chains. */
const JSON_LIMIT_BYTES = 64 * 1024;

/** Forms that anybody may send have a handful of short fields. */
const SHORT_FORM_LIMIT_BYTES = 8 * 1024;
const SHORT_FORM_FIELDS = 16;

/** Ten fields of 10,000 Chinese characters, percent-encoded, still come back with a message beside each. */
const FORM_LIMIT_BYTES = 1024 * 1024;
const FORM_FIELDS = 200;

/** A scanned letter or sheet of a few pages, beside a form. */
const UPLOAD_LIMIT_BYTES = 12 * 1024 * 1024;

/** A file that came with a form. Its name and type are the sender's word. */
export interface UploadedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Reads what a POST carries, and checks the token of a form: the one place where both are done. */
export function takeBody(portal: Portal, rule: AddressRule): PortalHandler[] {
  if (rule.body === undefined) return [];
  if (rule.body === 'json') return jsonBody(portal);
  // A program's request has no token: no foreign form can send JSON, and its origin was checked before.
  const isShort = rule.body === 'short-form' || rule.body === 'bare-form';
  const limit = isShort ? SHORT_FORM_LIMIT_BYTES : FORM_LIMIT_BYTES;
  const json = express.json({ type: 'application/json', limit, strict: true, inflate: false });
  const read = [json, ...readersOf(rule)];
  return rule.who === 'world' || rule.body === 'bare-form' ? read : [...read, checkToken(portal, rule)];
}

function readersOf({ body }: AddressRule): PortalHandler[] {
  if (body === 'upload') return [uploadBody, formBody('form')];
  return [formBody(body === 'form' ? 'form' : 'short-form')];
}

/** What somebody typed into a form that is refused, by field; undefined where it is no form, or cannot be read. */
export async function readTyped(
  rule: AddressRule,
  request: Parameters<PortalHandler>[0],
  response: Parameters<PortalHandler>[1],
): Promise<TypedFields | undefined> {
  if (rule.body === undefined || rule.body === 'json') return undefined;
  for (const read of readersOf(rule)) {
    const fault = await new Promise<unknown>(resolve => void read(request, response, resolve));
    if (fault !== undefined) return undefined;
  }
  return typedFieldsOf(request.body);
}

function jsonBody(portal: Portal): PortalHandler[] {
  return [
    (request, response, next) => {
      if (request.is('application/json') === 'application/json') {
        next();
        return;
      }
      answerFailure(portal, request, response, { code: 'content-type-not-json' });
    },
    // `inflate: false`: nobody compresses a few kilobytes, and a bomb would be.
    express.json({ type: 'application/json', limit: JSON_LIMIT_BYTES, strict: true, inflate: false }),
  ];
}

function formBody(kind: 'form' | 'short-form'): PortalHandler {
  const limits =
    kind === 'form'
      ? { limit: FORM_LIMIT_BYTES, parameterLimit: FORM_FIELDS }
      : { limit: SHORT_FORM_LIMIT_BYTES, parameterLimit: SHORT_FORM_FIELDS };
  return express.urlencoded({ extended: false, inflate: false, ...limits });
}

const readUpload = express.raw({ type: 'multipart/form-data', limit: UPLOAD_LIMIT_BYTES, inflate: false });

/** Fields as text and files as {@link UploadedFile}, parsed by the platform's own reader of forms. */
const uploadBody: PortalHandler = (request, response, next) => {
  const parse = async () => {
    if (!Buffer.isBuffer(request.body)) return;
    request.body = await partsOf(request.body, request.headers['content-type'] ?? '');
  };
  readUpload(request, response, (fault?: unknown) => {
    if (fault === undefined) parse().then(() => next(), next);
    else next(fault);
  });
};

async function partsOf(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  const parts = [...(await readParts(body, contentType))];
  if (parts.length > FORM_FIELDS) throw unreadable(`A form of ${parts.length} fields.`);
  for (const [name, value] of parts) {
    const part =
      typeof value === 'string'
        ? value
        : { name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) };
    const before = fields.get(name);
    fields.set(name, before === undefined ? part : [before, part].flat());
  }
  return Object.fromEntries(fields);
}

async function readParts(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** The sender's fault, as Express's own parsers throw it. */
function unreadable(cause: unknown): Error {
  return Object.assign(new Error('The form cannot be read.', { cause }), { status: 400 });
}

/** A form must have been made for this browser's session; where there is no session there is nothing to forge. */
function checkToken(portal: Portal, rule: AddressRule): PortalHandler {
  return (request, response, next) => {
    const isJson = request.is('application/json') === 'application/json';
    if (isJson || !hasBrowserSession(request) || hasToken(portal, request)) {
      next();
      return;
    }
    // The forms that anybody may send are those with secrets in them.
    const typed = rule.who === 'browser' ? undefined : typedFieldsOf(request.body);
    answerFailure(portal, request, response, { code: 'form-token-invalid' }, typed);
  };
}

function hasToken(portal: Portal, request: Pick<Request, 'sessionID' | 'body'>): boolean {
  return portal.formTokens.isTokenFor(request.sessionID, textField(request.body, 'token', 64));
}

/** One text field of a form or a query; undefined when it is missing, repeated or longer than `limit` characters. */
export function textField(fields: unknown, name: string, limit: number): string | undefined {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value;
  return typeof value === 'string' && value.length <= limit ? value : undefined;
}

/** The file of an upload by its field; undefined when none was chosen, or several were. */
export function uploadedFile(fields: unknown, name: string): UploadedFile | undefined {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value;
  if (!isUploadedFile(value)) return undefined;
  // What a browser sends for a field in which nothing was chosen.
  return value.name === '' && value.bytes.length === 0 ? undefined : value;
}

function isUploadedFile(value: unknown): value is UploadedFile {
  if (typeof value !== 'object' || value === null) return false;
  return 'bytes' in value && value.bytes instanceof Uint8Array && 'name' in value && typeof value.name === 'string';
}
