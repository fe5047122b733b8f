#!/usr/bin/env node
// Older runtimes must be able to read this file: everything else is loaded after the version is known.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`moica-gateway needs Node.js 24 or newer; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  const { runCommandLine } = await import('./cli/command-line.ts');
  await runCommandLine(process.argv);
}

export {};
