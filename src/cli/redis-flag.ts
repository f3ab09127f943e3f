/** `--redis`, of the commands that use a queue. */
import { Option } from 'commander';

/**
 * The address as text: whoever uses it parses it, since commander repeats what it refuses, and there is a password in it. From the
 * environment it is not in the list of processes.
 */
export function redisOption(): Option {
  return new Option('--redis <url>', 'redis://user:password@host:port/database; rediss:// for TLS').env(
    'TRITSIM_REDIS',
  );
}
