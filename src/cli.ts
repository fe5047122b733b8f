#!/usr/bin/env node
// Older runtimes must be able to read this file: everything else is loaded after the version is known.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(`moica-gateway needs Node.js 24 or newer; this is ${process.versions.node}.`);
  process.exitCode = 2;
} else {
  // Service managers take a program for started from here on: a SIGHUP while its code is loaded must not end it, and what has
  // changed is read after that anyway. For all other commands it is the terminal that went.
  if (process.argv[2] === 'serve') process.on('SIGHUP', () => undefined);
  const { runCommandLine } = await import('./cli/command-line.ts');
  await runCommandLine(process.argv);
}

export {};
