/** A worker thread of `ratio-threads.node.ts`: the rows of one model against one baseline for each task that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import { TritsimError } from '../../errors/error.ts';
import { loadWholeMachine } from './load.node.ts';
import type { RatioReply, RatioTask, RatioWork } from './ratio-threads.node.ts';
import { wholeMachineRatios } from './whole-machine.ts';

const { models, options } = workerData as RatioWork;
const port = parentPort!;
const loaded = loadWholeMachine(models);
// A task that awaits it tells of its failure.
loaded.catch(() => {});

async function answer({ model, baseline }: RatioTask): Promise<RatioReply> {
  try {
    const setup = await loaded;
    const own = {
      ...setup,
      models: setup.models.filter(({ name }) => name === model),
      baselines: setup.baselines.filter(({ name }) => name === baseline),
    };
    return { rows: await wholeMachineRatios(own, options) };
  } catch (error) {
    // An error's class does not survive the way between threads.
    if (error instanceof TritsimError) return { error: { code: error.code, message: error.message } };
    throw error;
  }
}

port.on('message', (task: RatioTask) => {
  void answer(task).then(
    (reply) => port.postMessage(reply, []),
    (error: unknown) => {
      // As an uncaught error it reaches the other side with its stack.
      setImmediate(() => {
        throw error;
      });
    },
  );
});
