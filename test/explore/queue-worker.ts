/** A worker process of the tests: `tsx queue-worker.ts URL PROGRAM NAME TRACE_FOLDER`, with locks that end soon. */
import { serveQueue } from '../../src/explore/engine/bullmq-worker.node.ts';
import { parseRedisUrl } from '../../src/explore/engine/queue-url.ts';

const [url, program, name, traces] = process.argv.slice(2);
let stopped = false;
process.on('SIGTERM', () => {
  stopped = true;
});
await serveQueue({
  place: parseRedisUrl(url!),
  program: program!,
  traces: [traces!],
  concurrency: 1,
  name: name!,
  say: (sentence) => process.stderr.write(`${sentence}\n`),
  stopped: () => stopped,
  lockMs: 1000,
});
