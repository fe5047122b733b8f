/** A path of a rule, as written and as it is compared. */
export interface PathPattern {
  readonly text: string;
  readonly compared: string;
  /** Written with a slash at its end: all below it is meant, too. */
  readonly withAllBelow: boolean;
}

/** @param text as routed: `/x/` stands for `/x` and all below it, `/x` for itself */
export function compilePathPattern(text: string): PathPattern {
  return { text, compared: asServersSee(text), withAllBelow: text.endsWith('/') };
}

/** @param path as routed: normalised, without query */
export function matchesPath(path: string, patterns: readonly PathPattern[]): boolean {
  const seen = asServersSee(path);
  return patterns.some(
    ({ compared, withAllBelow }) => seen === compared || (withAllBelow && seen.startsWith(`${compared}/`)),
  );
}

/**
 * What different spellings of one path have in common, so that a rule cannot be walked around by spelling it otherwise:
 * servers decode, some twice, cut parameters (`;jsessionid=…`) off a segment, which may leave it empty, and many take capitals and a
 * slash at the end for the same; Windows cuts dots, blanks and the names of streams (`::$DATA`) off. A routed path hides no slash
 * and no dot segment.
 */
function asServersSee(path: string): string {
  return path
    .replaceAll(/%25(?=[0-9A-Fa-f]{2})/g, '%')
    .replaceAll(/%[0-9A-Fa-f]{2}/g, encoded => String.fromCharCode(Number.parseInt(encoded.slice(1), 16)))
    .replaceAll(/;[^/]*|:{1,2}\$[^/]*/g, '')
    .replaceAll(/[. ]+(?=\/|$)/g, '')
    .replaceAll(/[A-Z]/g, letter => letter.toLowerCase())
    .replaceAll(/\/{2,}/g, '/')
    .replace(/\/+$/, '');
}
