import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMachine } from '../../src/hardware/load.node.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tritsim-hardware-'));
});
afterAll(() => rm(folder, { recursive: true }));

const OWN = 'schema: tritsim.machine/1\nname: mine\ndescription: Mine.\n';

describe('loadMachine', () => {
  it('offers the nearest shipped machine for a misspelt name', async () => {
    await expect(loadMachine('edge-ternery')).rejects.toThrow(
      expect.objectContaining({
        code: 'MACHINE_UNKNOWN',
        message: expect.stringContaining("Did you mean 'edge-ternary'?"),
      }),
    );
  });

  it.each(['../schema/machine', 'presets/../edge-ternary', '/etc/hosts', ''])(
    "takes '%s' for no name",
    async (name) => {
      await expect(loadMachine(name)).rejects.toThrow(expect.objectContaining({ code: 'MACHINE_UNKNOWN' }));
    },
  );

  it('reads a file that extends a shipped machine', async () => {
    const path = join(folder, 'mine.yaml');
    await writeFile(path, `${OWN}extends: edge-ternary\n`);
    const machine = await loadMachine(path);
    expect(machine.hash).toBe((await loadMachine('edge-ternary')).hash);
    expect(machine.name).toBe('mine');
  });

  it('finds a file that is extended beside the one that extends it', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'base.yaml'), 'schema: tritsim.machine/1\nextends: test-tiny\n');
    await writeFile(join(folder, 'sub', 'mine.yaml'), `${OWN}extends: ../base.yaml\n`);
    expect((await loadMachine(join(folder, 'sub', 'mine.yaml'))).array.kind).toBe('adder-tree');
  });

  it('refuses a file that is not there, by its path', async () => {
    const path = join(folder, 'absent.yaml');
    await expect(loadMachine(path)).rejects.toThrow(
      expect.objectContaining({ code: 'MACHINE_FILE', message: expect.stringContaining(path) }),
    );
  });

  it('refuses files that extend each other', async () => {
    await writeFile(join(folder, 'a.yaml'), `${OWN}extends: b.yaml\n`);
    await writeFile(join(folder, 'b.yaml'), `${OWN}extends: a.yaml\n`);
    await expect(loadMachine(join(folder, 'a.yaml'))).rejects.toThrow(
      expect.objectContaining({ code: 'MACHINE_EXTENDS_CYCLE' }),
    );
  });
});
