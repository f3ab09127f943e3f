/**
 * Speed of the reference engine on one core: tokens a second in prefill with the logits of every position, as
 * perplexity needs them, in prefill with the last logits only, and in decoding from half the context; the best of
 * several rounds, the kernels taking turns.
 *
 *     npx tsx bench/engine.ts MODEL_DIR [rounds]
 *
 * The time of the process is taken, not the clock on the wall, so that other work on the machine matters less.
 */
import { Engine } from '../src/model/engine.ts';
import { withModelFolder } from '../src/model/folder.node.ts';
import { portableKernels } from '../src/model/kernels/portable.ts';
import { createSimdKernels } from '../src/model/kernels/simd.ts';
import { loadModel } from '../src/model/load.ts';
import { Pcg32 } from '../src/random/pcg32.ts';

const DECODED = 32;
const LONGEST = 512;

/** Tokens a second of processor time. */
function rate(tokens: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (tokens * 1e6) / (user + system);
}

const [path, rounds = '5'] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: npx tsx bench/engine.ts MODEL_DIR [rounds]');

const model = await withModelFolder(path, loadModel);
const context = Math.min(model.shape.maxPositions, LONGEST);
const random = new Pcg32(1);
const ids = Array.from({ length: context }, () => random.below(model.shape.vocab));
const runs = [createSimdKernels(), portableKernels].map((kernels) => ({
  kernels: kernels.name,
  engine: new Engine(model, { kernels, capacity: context }),
  best: { all: 0, last: 0, decode: 0 },
}));

for (let round = 0; round < Number(rounds); round++) {
  for (const { engine, best } of runs) {
    for (const logits of ['all', 'last'] as const) {
      engine.rewind();
      best[logits] = Math.max(
        best[logits],
        rate(context, () => engine.forward(ids, { logits })),
      );
    }
    engine.rewind(context / 2);
    const decode = (): void => ids.slice(0, DECODED).forEach((id) => engine.decode(id));
    best.decode = Math.max(best.decode, rate(DECODED, decode));
  }
}

console.log('tokens/s of processor time, best of', rounds);
for (const { kernels, best } of runs) {
  const [all, last, decode] = [best.all, best.last, best.decode].map((x) => x.toFixed(0).padStart(6));
  console.log(`${kernels.padEnd(9)} prefill, all logits ${all}   prefill ${last}   decode ${decode}`);
}
