/**
 * A study as it goes to workers on other hosts: with what the files hold that its machines name, so that no host needs them, and
 * pinned to the program and to the traces by their hashes. Plain JSON; pure.
 */
import { isMapping } from '../../hardware/document.ts';
import { hashOf } from '../../hardware/hash.ts';
import { withRanks, type DramDevice } from '../../sim/dram/device.ts';
import type { PriceTable } from '../../energy/table.ts';
import type { OpenStudy, Resources, Study } from '../study.ts';

/** DRAM devices and price tables, by the names that machines have for them. */
export interface CarriedResources {
  readonly devices: Readonly<Record<string, DramDevice>>;
  readonly prices: Readonly<Record<string, PriceTable>>;
}

export interface QueuedStudy {
  readonly study: Study;
  readonly resources: CarriedResources;
}

/** What a worker has to show before it is given work. */
export interface WorkerMeans {
  readonly program: string;
  /** Traces by hash: path of the file. */
  readonly traces: ReadonlyMap<string, string>;
  /** Where it looked for them. */
  readonly folders: readonly string[];
}

/** Names that machines of the study have for their DRAM device and their price table: the base machine's and those of the axes. */
export function resourceNames(study: OpenStudy): { devices: Set<string>; prices: Set<string> } {
  return { devices: valuesOf(study, 'dram', 'device'), prices: valuesOf(study, 'technology', 'prices') };
}

function valuesOf({ study, space }: OpenStudy, section: string, key: string): Set<string> {
  const inside = (value: unknown): unknown => (isMapping(value) ? value[key] : undefined);
  const sets = space.axes.flatMap(({ levels }) => levels.map(({ set }) => set));
  const found = [
    inside(study.base[section]),
    ...sets.flatMap((set) => [set[`${section}.${key}`], inside(set[section])]),
  ];
  return new Set(found.filter((value) => typeof value === 'string'));
}

/** Resources that a study brought with it. The same object for the same name, as `OpenStudy` asks. */
export function carriedResources({ devices, prices }: CarriedResources): Resources {
  const known = new Map<string, DramDevice>();
  return {
    device({ device: name, ranks }) {
      const key = `${ranks} ${name}`;
      const device = known.get(key) ?? withRanks(devices[name]!, ranks);
      known.set(key, device);
      return device;
    },
    prices: (name) => Promise.resolve(prices[name]!),
  };
}

/**
 * What the queue of a study is called. Two runs share a queue where they mean the same points and keep them in the same folder, so
 * that a run finds what an earlier one left.
 */
export function queueNameOf(queued: QueuedStudy, folder: string): string {
  return `${queued.study.name}-${hashOf({ ...queued, folder }).slice(0, 12)}`;
}

/** Why a worker leaves a study to others, with what it has and what is wanted; undefined where it serves it. */
export function refusalOf(
  { study }: QueuedStudy,
  { program, traces, folders }: WorkerMeans,
): string | undefined {
  if (study.program !== program)
    return `the study is of program ${study.program}, this worker is of program ${program}`;
  const missing = study.traces.filter(({ hash }) => !traces.has(hash));
  if (missing.length === 0) return undefined;
  const wanted = missing.map(({ name, hash }) => {
    const namesake = [...traces].find(([, path]) => path.split('/').at(-1) === name);
    return namesake === undefined
      ? `no trace of hash ${hash} (${name})`
      : `trace ${name} of hash ${hash} is wanted, the one here is of hash ${namesake[0]}`;
  });
  return `${wanted.join('; ')}; searched: ${folders.join(', ')}`;
}
