/**
 * Holds the engine and the DRAM to goldens that are too large for the repository: what HF transformers computed for the tiny
 * BitNet of test/fixtures/hf with float32 master weights, quantized on loading ("online"), and for its packed forms;
 * what DRAMsim3 and Ramulator 2.1 did on given traffic (`dram-goldens.ts`).
 *
 *     npx tsx scripts/check-goldens.ts GOLDENS_DIR
 *
 * GOLDENS_DIR holds hf/<variant>/{config.json, model.safetensors, golden.safetensors} and dram/. Logits may differ by 1e-2,
 * for the reason that test/model/golden.test.ts gives; greedy tokens may not. Exit status 1 where they do, where the
 * DRAM differs by more than is asked, and where a folder is missing.
 */
import { join } from 'node:path';
import { Engine } from '../src/model/engine.ts';
import { withModelFolder } from '../src/model/folder.node.ts';
import { generate } from '../src/model/generate.ts';
import { loadModel } from '../src/model/load.ts';
import { openRequired } from '../src/model/folder.ts';
import { openSafetensors, type SafetensorsFile } from '../src/safetensors/reader.ts';
import { typedView } from '../src/safetensors/typed.ts';
import { checkDram } from './dram-goldens.ts';

const VARIANTS = ['online', 'packed_autobitlinear', 'packed_bitlinear'];
const LOGIT_TOLERANCE = 1e-2;

async function ids(file: SafetensorsFile, name: string): Promise<number[]> {
  return Array.from(typedView(BigInt64Array, await file.read(name)), Number);
}

async function check(folder: string): Promise<boolean> {
  return withModelFolder(folder, async (files) => {
    const golden = await openSafetensors(await openRequired(files, 'golden.safetensors'));
    const model = await loadModel(files);
    const prompt = await ids(golden, 'ids');
    const expected = typedView(Float32Array, await golden.read('logits'));
    const logits = new Engine(model).forward(prompt, { logits: 'all' });
    const worst = logits.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
    const continuation = (await ids(golden, 'generated')).slice(prompt.length);
    const ours = [...generate(new Engine(model), prompt, { tokens: continuation.length })];
    const same = ours.join() === continuation.join();
    const ok = same && worst < LOGIT_TOLERANCE && logits.length === expected.length;
    console.log(
      `${ok ? 'ok  ' : 'FAIL'} ${folder}: largest logit difference ${worst.toExponential(1)}, greedy tokens ${same ? 'equal' : 'differ'}`,
    );
    return ok;
  });
}

const [goldens] = process.argv.slice(2);
if (goldens === undefined) throw new Error('usage: npx tsx scripts/check-goldens.ts GOLDENS_DIR');
let failures = 0;
for (const variant of VARIANTS) if (!(await check(join(goldens, 'hf', variant)))) failures += 1;
if (!checkDram(join(goldens, 'dram'))) failures += 1;
process.exitCode = failures > 0 ? 1 : 0;
