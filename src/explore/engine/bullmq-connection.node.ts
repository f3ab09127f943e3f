/**
 * Connections to Redis. The first one is made by itself, so that a wrong password or a host that is not there is an error at once and
 * not a wait; later ones wait for a server that went away. No error carries another as its cause: the driver's hold the password.
 */
import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { TritsimError } from '../../errors/error.ts';
import type { RedisPlace } from './queue-url.ts';

/** All keys in Redis begin with it and a colon. */
export const PREFIX = 'tritsim';
const CONNECT_MS = 10_000;
/** Longest wait between two attempts to connect again. */
const RETRY_MS = 5000;

/** Says a sentence to whoever runs the program. */
export type Say = (sentence: string) => void;

/**
 * Connects, and says from then on when the connection was lost and when it is back.
 * @throws QUEUE_CONNECTION
 */
export async function connectQueue(place: RedisPlace, say: Say): Promise<Redis> {
  let ready = false;
  let failure = '';
  const redis = new Redis({
    ...optionsOf(place),
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_MS,
    retryStrategy: (attempt) => (ready ? Math.min(attempt * 500, RETRY_MS) : null),
  });
  redis.on('error', (error: Error) => {
    if (ready && failure === '') say(`${place.shown}: ${error.message}; trying again`);
    failure = error.message;
  });
  redis.on('ready', () => {
    if (ready && failure !== '') say(`${place.shown}: connected again`);
    failure = '';
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw new TritsimError('QUEUE_CONNECTION', 'no connection to the queue', {
      place: place.shown,
      found: failure === '' ? (error as Error).message : failure,
      hint: 'Is Redis at work there, and are user and password right?',
    });
  }
  ready = true;
  return redis;
}

function optionsOf({ host, port, db, tls, username, password }: RedisPlace): RedisOptions {
  return {
    host,
    port,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // The name in the certificate; an address has none.
    ...(tls && { tls: isIP(host) === 0 ? { servername: host } : {} }),
  };
}
