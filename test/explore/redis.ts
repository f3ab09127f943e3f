/**
 * A Redis server of a test's own on loopback, with a password and without a disk. Where `redis-server` is absent the suites are
 * skipped and say so; in CI (environment variable CI) its absence is a failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export const PASSWORD = 'open sesame';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Whether there is a server to start; says so on standard error where there is none, and throws there in CI. */
export function redisFound(): boolean {
  if (spawnSync('redis-server', ['--version']).error === undefined) return true;
  const reason = 'redis-server is not on the PATH (Debian: apt-get install redis-server)';
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(reason);
  process.stderr.write(`tests of the queue are skipped: ${reason}\n`);
  return false;
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const words = ['--bind', '127.0.0.1', '--port', String(port), '--requirepass', PASSWORD];
  const server = spawn('redis-server', [...words, '--save', '', '--appendonly', 'no']);
  const ended = once(server, 'exit');
  let log = '';
  for await (const text of server.stdout) {
    log += String(text);
    if (log.includes('Ready to accept connections')) break;
  }
  if (server.exitCode !== null) throw new Error(`redis-server ended: ${log}`);
  return {
    url: `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    port,
    stop: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
