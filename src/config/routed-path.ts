import { z } from 'zod';
import { parseRequestTarget } from '../http-fields/request-target.ts';

/** Whether a path is one that requests can be routed to; any other would never match one. */
export function isRoutedPath(text: string): boolean {
  const parsing = text.startsWith('/') ? parseRequestTarget(text, 'host') : undefined;
  return parsing?.ok === true && parsing.target.query === '';
}

/** What other proxies know as wildcards: here they would be letters that no request has. */
const WILDCARD = /\*|[{}]|\/[:<]/;

/** Cut off before paths are compared, so that all below would be meant. */
const PARAMETER = /;|%(?:25)*3b/i;

/** A path that requests are compared with: `/x` itself, or with `/x/` all below it, too. */
export const comparedPathSchema = z
  .string()
  .refine(isRoutedPath, {
    message: 'must be a path such as /cases or /cases/, without query, empty or dot segments',
    abort: true,
  })
  .refine(
    text => !WILDCARD.test(text),
    'has a wildcard, and there are none: a path that ends in / stands for all below it',
  )
  .refine(text => !PARAMETER.test(text), 'has a parameter (;), which is not compared');
