import { chmodSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { commandLineActor, type CommandContext, type CommandResult } from './command.ts';
import { runCommand } from './commands.ts';

/** The largest command is a file to import: 4 MiB in base64, which is 5.4. */
const BODY_LIMIT_BYTES = 6 * 1024 * 1024;

/** A gateway takes a call up at once; one that does not hangs, or is stopped. */
const ANSWER_DEADLINE_MS = 10_000;

const callSchema = z.strictObject({
  command: z.string(),
  input: z.unknown(),
  declaredName: z.string().max(64).nullable(),
});

/** Where the running gateway listens for its command line: only its own OS user can open it. */
function controlSocketPath(dataFolder: string): string {
  return join(dataFolder, 'control.sock');
}

/**
 * Opens the door for the command line. The data folder's own lock has made sure that no other gateway lives here, so
 * a socket left behind by a killed one is removed.
 */
export async function openControlSocket(
  dataFolder: string,
  context: Omit<CommandContext, 'actor'>,
): Promise<{ close(): Promise<void> }> {
  const path = controlSocketPath(dataFolder);
  // 107 bytes is what a Unix socket address holds on Linux.
  if (Buffer.byteLength(path) > 107)
    throw new Error(`The path of the control socket is longer than 107 bytes: ${path}`);
  rmSync(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) incoming.destroy();
      else chunks.push(chunk);
    });
    incoming.on('end', () => {
      // The head goes at once, so that whoever asks knows that somebody is there, however long the work takes.
      outgoing.setHeader('content-type', 'application/json').flushHeaders();
      void answer(context, Buffer.concat(chunks).toString('utf8')).then(result => outgoing.end(JSON.stringify(result)));
    });
  });
  await listen(server, path);
  return {
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The folder is 0700; the mask closes the moment between bind and chmod as well.
    const mask = process.umask(0o177);
    server.listen(path, () => resolve());
    process.umask(mask);
  });
  chmodSync(path, 0o600);
}

async function answer(context: Omit<CommandContext, 'actor'>, body: string): Promise<CommandResult> {
  try {
    const call = callSchema.parse(JSON.parse(body));
    return await runCommand(call.command, { ...context, actor: commandLineActor(call.declaredName) }, call.input);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { exitCode: 2, data: { code: 'fault', message }, text: message };
  }
}

/** Asks the running gateway; undefined when none runs. */
export async function callRunningGateway(
  dataFolder: string,
  call: z.infer<typeof callSchema>,
): Promise<CommandResult | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: controlSocketPath(dataFolder), method: 'POST', path: '/' }, incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => resolve(resultSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))));
    });
    outgoing.setTimeout(ANSWER_DEADLINE_MS, () =>
      outgoing.destroy(new Error(`the gateway that runs here does not answer: ${controlSocketPath(dataFolder)}`)),
    );
    outgoing.on('response', () => outgoing.setTimeout(0));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else
        reject(new Error(`The running gateway cannot be reached (${error.code ?? error.message}).`, { cause: error }));
    });
    outgoing.end(JSON.stringify(call));
  });
}

const resultSchema = z.object({
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  data: z.unknown(),
  text: z.string(),
});
