import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OpensslRun {
  readonly exitCode: number;
  /** Standard output and standard error, in this order. */
  readonly output: string;
}

type Files = Readonly<Record<string, Buffer | string>>;

/**
 * Runs the `openssl` command with files: `{name}` in an argument stands for the path of `files[name]`.
 * A missing command is a fault, a negative verdict is a result.
 */
export async function openssl(args: readonly string[], files: Files = {}): Promise<OpensslRun> {
  return withFolder(files, folder => run(withPaths(args, folder), folder));
}

/** The bytes that the command left in the file `{name}`. */
export async function fileByOpenssl(name: string, args: readonly string[], files: Files = {}): Promise<Buffer> {
  return withFolder(files, async folder => {
    const { exitCode, output } = await run(withPaths(args, folder), folder);
    if (exitCode !== 0) throw new Error(`openssl ${args[0] ?? ''} failed: ${output}`);
    return readFile(join(folder, name));
  });
}

async function withFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function withPaths(args: readonly string[], folder: string): string[] {
  return args.map(argument => argument.replace(/^\{(.+)\}$/, (_, name: string) => join(folder, name)));
}

function run(args: readonly string[], cwd: string): Promise<OpensslRun> {
  return new Promise((resolve, reject) => {
    execFile('openssl', args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(new Error('openssl did not run', { cause: error }));
      else resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr });
    });
  });
}
