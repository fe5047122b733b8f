/**
 * A thread of the process that holds the PKCS#11 module. The agent holds the other end of this process's standard
 * input, so reading it ends when the agent is gone, by SIGKILL too. The module's own thread may hang in a native call
 * and hear of nothing; this one ends the process.
 */
import { readSync } from 'node:fs';
import { isSystemError } from '../system-error.ts';

const STANDARD_INPUT = 0;

function isOpen(): boolean {
  try {
    return readSync(STANDARD_INPUT, Buffer.alloc(1)) > 0;
  } catch (error) {
    return isSystemError(error, 'EINTR');
  }
}

while (isOpen());
process.kill(process.pid, 'SIGKILL');
