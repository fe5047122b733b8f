export interface ConfigurationLine {
  /** counted from 1 */
  readonly line: number;
  /** `--name=value` */
  readonly argument: string;
}

type Configuration =
  { readonly ok: true; readonly lines: readonly ConfigurationLine[] } | { readonly ok: false; readonly line: number };

/**
 * Reads options of the command line from a file, one a line: the name without its dashes, blanks, the value as it
 * stands (paths may hold blanks, quotes mean themselves). Empty lines and lines that begin with `#` are passed over;
 * a file does not name another one.
 *
 * @returns the options in their order, or the first line (counted from 1) that is none of these
 */
export function parseConfiguration(text: string): Configuration {
  const found: ConfigurationLine[] = [];
  // editors on Windows write a mark before the text and a return before each line's end
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([a-z][a-z0-9-]*)\s+(\S.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || name === 'config') return { ok: false, line: index + 1 };
    found.push({ line: index + 1, argument: `--${name}=${value}` });
  }
  return { ok: true, lines: found };
}
