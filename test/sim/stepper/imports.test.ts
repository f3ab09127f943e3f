/** Is the stepper independent of the simulator that it checks? */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = 'src/sim/stepper';
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

describe('the stepper', () => {
  test('imports nothing of the simulator but itself, types included', () => {
    const strangers = files.flatMap((file) => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      return [...text.matchAll(/from\s+'([^']+)'/g)]
        .map(([, target]) => path.posix.join(ROOT, path.posix.dirname(file), target!))
        .filter((target) => target.startsWith('src/sim/') && !target.startsWith(`${ROOT}/`))
        .map((target) => `${file} → ${target}`);
    });
    expect(files.length).toBeGreaterThan(20);
    expect(strangers).toEqual([]);
  });
});
