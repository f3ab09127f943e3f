/** Processes that tests start from sources. */
import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';

const TSX = import.meta.resolve('tsx');

export interface Running {
  readonly process: ChildProcess;
  /** What it has written to standard error. */
  readonly said: () => string;
}

/** A script with its arguments, killed with the test. */
export function started(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn('node', ['--import', TSX, ...words], { env: { ...process.env, ...environment } });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { process: child, said: () => said };
}
