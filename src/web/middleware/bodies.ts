import express from 'express';
import { answerFailure } from '../failure-answer.ts';
import type { PortalHandler } from '../locals.ts';
import type { Portal } from '../portal.ts';

/** A CMS SignedData with the whole chain is about 8 KiB, base64 11; 64 leaves room for other card families' chains. */
const JSON_LIMIT_BYTES = 64 * 1024;

/** Our forms have a handful of short fields. */
const FORM_LIMIT_BYTES = 8 * 1024;

/** Routes of programs and of our own scripts: nothing but `application/json`, which no foreign form can send. */
export function jsonBody(portal: Portal): PortalHandler[] {
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

/** Routes of HTML forms. */
export function formBody(): PortalHandler {
  return express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES, parameterLimit: 16, inflate: false });
}

/** One text field of a form or a query; undefined when it is missing, repeated or longer than `limit` characters. */
export function textField(fields: unknown, name: string, limit: number): string | undefined {
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(fields, name)?.value;
  return typeof value === 'string' && value.length <= limit ? value : undefined;
}
