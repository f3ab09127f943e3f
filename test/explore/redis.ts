/**
 * A Redis server of a test's own on loopback, with a password and without a disk. Where `redis-server` is absent the suites are
 * skipped and say so; in CI (environment variable CI) its absence is a failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

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

/** A certificate for localhost and its key, made in a folder: paths. */
export function makeCertificate(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost`;
  const name = ['-addext', 'subjectAltName=DNS:localhost'];
  const { status, stderr } = spawnSync('openssl', [
    ...words.split(' '),
    ...name,
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  if (status !== 0) throw new Error(`openssl: ${String(stderr)}`);
  return { cert, key };
}

/** With a certificate it listens to TLS only, and has a user `lab` who may do what docs/clusters.md says is enough. */
export async function startRedis(tls?: { cert: string; key: string }): Promise<TestRedis> {
  const port = await freePort();
  const settings = ['bind 127.0.0.1', 'save ""', 'appendonly no'];
  if (tls === undefined) settings.push(`port ${port}`, `requirepass "${PASSWORD}"`);
  else {
    settings.push('port 0', `tls-port ${port}`, `tls-cert-file ${tls.cert}`, `tls-key-file ${tls.key}`);
    settings.push(`tls-ca-cert-file ${tls.cert}`, 'tls-auth-clients no', 'user default off');
    settings.push(`user lab on ">${PASSWORD}" ~tritsim:* resetchannels +@all -@admin -@dangerous +info`);
  }
  const server = spawn('redis-server', ['-']);
  server.stdin.end(settings.join('\n'));
  const ended = once(server, 'exit');
  let log = '';
  for await (const text of server.stdout) {
    log += String(text);
    if (log.includes('Ready to accept connections')) break;
  }
  if (!log.includes('Ready')) throw new Error(`redis-server ended: ${log}`);
  const password = encodeURIComponent(PASSWORD);
  return {
    url:
      tls === undefined
        ? `redis://:${password}@127.0.0.1:${port}`
        : `rediss://lab:${password}@localhost:${port}`,
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
