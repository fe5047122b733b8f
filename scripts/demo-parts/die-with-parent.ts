// Preloaded into the demo's child processes (`node --import`): when the demo is gone, even by SIGKILL, its end of the
// child's standard input closes, and the child goes too. Nothing is left running.
import { isMainThread } from 'node:worker_threads';

// Worker threads inherit the preload, but not the standard input.
if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.on('error', () => process.kill(process.pid, 'SIGTERM'));
  process.stdin.resume();
  process.stdin.unref();
}
