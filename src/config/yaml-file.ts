import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

/** Everything that is wrong with the configuration, a line each: `file: path.to.key: what`. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A file as it was read: what it says, and which file it was. */
export interface YamlFile<T> {
  readonly content: T;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Reads one YAML file and checks it whole against its schema. @throws ConfigurationFault naming every problem */
export function readYamlFile<T>(path: string, schema: z.ZodType<T>): YamlFile<T> {
  const file = basename(path);
  const bytes = readBytes(path);
  const document = parseDocument(bytes.toString('utf8'), { prettyErrors: true, uniqueKeys: true });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0)
    throw new ConfigurationFault(syntax.map(error => `${file}: ${error.message.split('\n')[0] ?? ''}`));
  // 100 aliases: a file that needs more is an attempt to blow up memory.
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (result.success) return { content: result.data, sha256: sha256Of(bytes) };
  throw new ConfigurationFault(result.error.issues.flatMap(describeIssue).map(line => `${file}: ${line}`));
}

/** SHA-256 of a file's bytes, hexadecimal. @throws ConfigurationFault where it cannot be read */
export function digestFile(path: string): string {
  return sha256Of(readBytes(path));
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new ConfigurationFault([`${path}: cannot be read (${reason})`]);
  }
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => `${[...path, key].join('.')}: unknown key`);
  const where = path.join('.') || '(whole file)';
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return [`${where}: missing`];
  return [`${where}: ${issue.message}`];
}
