import { parseRequestTarget } from '../http-fields/request-target.ts';

/** Whether a path is one that requests can be routed to; any other would never match one. */
export function isRoutedPath(text: string): boolean {
  const parsing = text.startsWith('/') ? parseRequestTarget(text, 'host') : undefined;
  return parsing?.ok === true && parsing.target.query === '';
}
