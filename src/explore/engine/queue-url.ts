/**
 * Where a queue is: `redis://[user[:password]@]host[:port][/database]`, `rediss://` with TLS. What is shown of it never has the
 * password in it, nor has an error: where an address is refused, nothing of it is repeated. Pure.
 */
import { TritsimError } from '../../errors/error.ts';

export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** What messages call it. */
  readonly shown: string;
}

const PORT = 6379;
const FORM = 'redis://[user[:password]@]host[:port][/database], rediss:// for TLS';

/** @throws QUEUE_URL */
export function parseRedisUrl(text: string): RedisPlace {
  if (!URL.canParse(text)) throw refused();
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
  const tls = protocol === 'rediss:';
  const database = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  if ((!tls && protocol !== 'redis:') || hostname === '' || database === undefined || search + hash !== '')
    throw refused();
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const number = port === '' ? PORT : Number(port);
  return {
    host,
    port: number,
    db: Number(database),
    tls,
    ...(username !== '' && { username: decoded(username) }),
    ...(password !== '' && { password: decoded(password) }),
    shown: `${protocol}//${hostname}:${number}${database === '' ? '' : `/${database}`}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused();
  }
}

function refused(): TritsimError {
  return new TritsimError('QUEUE_URL', 'this is no address of a Redis server', {
    place: '--redis',
    allowed: [FORM],
    hint: 'In a user name or password every sign but letters and digits is percent-encoded.',
  });
}
