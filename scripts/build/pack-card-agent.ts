// Makes one file that a workstation installs with npm, without a network and without a compiler: the card agent, the
// packages it uses (the PKCS#11 binding compiled for this machine's kind) and what starts it at login.
//
//   node scripts/build/pack-card-agent.ts FOLDER      prints the path of the .tgz
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const ROOT = path.join(import.meta.dirname, '../..');
const PACKAGES = ['commander', 'node-forge', 'pkcs11js', 'zod'];
/** The rest of pkcs11js is its source, which npm would want to compile again. */
const PKCS11JS_FILES = ['index.js', 'LICENSE', 'build/Release/pkcs11.node'];

const manifestShape = z.looseObject({
  name: z.string(),
  version: z.string(),
  main: z.string().optional(),
  license: z.string().optional(),
  engines: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});

const readManifest = (folder: string) =>
  manifestShape.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));

function writeManifest(folder: string, manifest: object): void {
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** @returns the version that was copied */
function copyPackage(name: string, stage: string): string {
  const source = path.join(ROOT, 'node_modules', name);
  const target = path.join(stage, 'node_modules', name);
  const { version, main, license, dependencies } = readManifest(source);
  if (Object.keys(dependencies ?? {}).length > 0) throw new Error(`${name} needs packages that are not packed.`);
  if (name !== 'pkcs11js') {
    cpSync(source, target, { recursive: true });
    return version;
  }
  for (const file of PKCS11JS_FILES) cpSync(path.join(source, file), path.join(target, file));
  writeManifest(target, { name, version, main, license, files: PKCS11JS_FILES });
  return version;
}

function compile(stage: string): void {
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const project = path.join(import.meta.dirname, 'card-agent.tsconfig.json');
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', path.join(stage, 'dist')], { stdio: 'inherit' });
}

function pack(folder: string): string {
  const stage = mkdtempSync(path.join(tmpdir(), 'card-agent-package-'));
  try {
    compile(stage);
    cpSync(path.join(ROOT, 'config/deploy/card-agent'), path.join(stage, 'deploy'), { recursive: true });
    cpSync(path.join(ROOT, 'config/deploy/card-agent/README.md'), path.join(stage, 'README.md'));
    const versions = PACKAGES.map(name => [name, copyPackage(name, stage)] as const);
    const { version, engines } = readManifest(ROOT);
    writeManifest(stage, {
      name: 'moica-card-agent',
      version,
      description: 'HiPKI local signer for a card behind a PKCS#11 module',
      private: true,
      type: 'module',
      engines,
      os: [process.platform],
      cpu: [process.arch],
      bin: { 'moica-card-agent': 'dist/card-agent/main.js' },
      files: ['dist', 'deploy'],
      dependencies: Object.fromEntries(versions),
      bundleDependencies: PACKAGES,
    });
    mkdirSync(folder, { recursive: true });
    const options = ['--ignore-scripts', '--silent', '--pack-destination', stage];
    const packed = execFileSync('npm', ['pack', ...options], { cwd: stage, encoding: 'utf8' }).trim();
    const file = path.join(folder, `moica-card-agent-${version}-${process.platform}-${process.arch}.tgz`);
    cpSync(path.join(stage, packed), `${file}.new`);
    renameSync(`${file}.new`, file);
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

const { positionals } = parseArgs({ allowPositionals: true });
console.log(pack(path.resolve(positionals[0] ?? 'dist')));
