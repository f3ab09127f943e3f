/**
 * An independent check of a command stream: plain rules by name, written from the standards without the constraint table,
 * applied to every pair of commands that is near enough to matter, plus row state and the data bus.
 */
import { COMMAND_NAMES, type CommandName } from '../../../src/sim/dram/commands.ts';
import type { DramDevice } from '../../../src/sim/dram/device.ts';

export interface Command {
  readonly cycle: number;
  readonly name: CommandName;
  readonly rank: number;
  readonly group: number;
  readonly bank: number;
  readonly row: number;
  readonly burst: number;
}

/** Turns what a controller reports into a command with coordinates. */
export function commandOf(
  device: DramDevice,
  cycle: number,
  number: number,
  bank: number,
  row: number,
  burst: number,
): Command {
  const { bankGroups, banksPerGroup } = device.organisation;
  const group = Math.floor(bank / banksPerGroup);
  const rank = Math.floor(group / bankGroups);
  return { cycle, name: COMMAND_NAMES[number]!, rank, group, bank, row, burst };
}

/** All violations, as sentences; empty when the stream is legal. */
export function violations(device: DramDevice, commands: readonly Command[]): string[] {
  const found: string[] = [];
  const horizon =
    Math.max(...Object.entries(device.timings).map(([name, t]) => (name.startsWith('tREFI') ? 0 : t))) + 64;
  const open = new Map<number, number>();
  const acts = new Map<number, number[]>();
  let from = 0;
  let busFreeAt = 0;
  let busRank = -1;
  for (const [i, now] of commands.entries()) {
    const fail = (rule: string) => found.push(`${rule}: ${now.name} at ${now.cycle}, bank ${now.bank}`);
    while (commands[from]!.cycle < now.cycle - horizon) from++;
    for (let j = from; j < i; j++) {
      const gap = minimum(device, commands[j]!, now);
      if (now.cycle - commands[j]!.cycle < gap) fail(`${gap} cycles after ${commands[j]!.name}`);
    }
    if (now.name === 'ACT') {
      if (open.has(now.bank)) fail('bank open');
      open.set(now.bank, now.row);
      const of = acts.get(now.rank) ?? [];
      const fourth = of.at(-4);
      if (fourth !== undefined && now.cycle - fourth < device.timings['tFAW']!) fail('tFAW');
      acts.set(now.rank, [...of.slice(-3), now.cycle]);
    } else if (now.name === 'PRE') {
      if (!open.delete(now.bank)) fail('bank closed');
    } else if (now.name === 'PREA') {
      for (const bank of banksOf(device, now.rank)) open.delete(bank);
    } else if (now.name === 'REF') {
      if (banksOf(device, now.rank).some((bank) => open.has(bank))) fail('refresh of an open bank');
    } else if (now.name === 'REFPB') {
      if (open.has(now.bank)) fail('refresh of an open bank');
    } else {
      if (!open.has(now.bank)) fail('row closed');
      const t = device.timings;
      const lead = device.command.intervals === 'last' ? device.command.cycles[now.name] - 1 : 0;
      const latency = now.name === 'RD' ? t['RL']! + (t['tDQSCK'] ?? 0) : t['WL']! + (t['tDQSS'] ?? 0);
      const start = now.cycle + lead + latency;
      const gap = busRank >= 0 && busRank !== now.rank ? t['tRTRS']! : 0;
      if (start < busFreeAt + gap) fail('data bus taken');
      busFreeAt = start + burstOf(device);
      busRank = now.rank;
    }
  }
  return found;
}

function burstOf(device: DramDevice): number {
  return device.organisation.burstLength / device.organisation.transfersPerCycle;
}

function banksOf(device: DramDevice, rank: number): number[] {
  const banks = device.organisation.bankGroups * device.organisation.banksPerGroup;
  return Array.from({ length: banks }, (_, i) => rank * banks + i);
}

/** Fewest cycles between the first cycles of two commands of one channel. */
function minimum(device: DramDevice, a: Command, b: Command): number {
  const { cycles, intervals, separateColumnBus } = device.command;
  const onColumnBus = (c: Command) => separateColumnBus && (c.name === 'RD' || c.name === 'WR');
  const bus = onColumnBus(a) === onColumnBus(b) ? cycles[a.name] : 0;
  if (a.rank !== b.rank) return bus;
  const shift = intervals === 'last' ? cycles[a.name] - cycles[b.name] : 0;
  const timing = sameRank(device, a, b);
  return Math.max(bus, timing === 0 ? 0 : timing + shift);
}

function sameRank(device: DramDevice, a: Command, b: Command): number {
  const t = (name: string, or = 0) => device.timings[name] ?? or;
  const sameBank = a.bank === b.bank;
  const sameGroup = a.group === b.group;
  const ofGroup = (long: string, short: string, plain: string) =>
    device.timings[plain] ?? (sameGroup ? t(long) : t(short));
  const afterWrite = t('WL') + t('tDQSS') + burstOf(device);
  switch (`${a.name} ${b.name}`) {
    case 'ACT ACT':
      return sameBank ? t('tRC') : ofGroup('tRRD_L', 'tRRD_S', 'tRRD');
    case 'ACT RD':
      return sameBank ? t('tRCD', t('tRCDRD')) : 0;
    case 'ACT WR':
      return sameBank ? t('tRCD', t('tRCDWR')) : 0;
    case 'ACT PRE':
      return sameBank ? t('tRAS') : 0;
    case 'ACT PREA':
      return t('tRAS');
    case 'ACT REF':
      return t('tRC');
    case 'ACT REFPB':
      return sameBank ? t('tRC') : t('tRRD', t('tRRD_S'));
    case 'RD RD':
    case 'WR WR':
      return Math.max(burstOf(device), ofGroup('tCCD_L', 'tCCD_S', 'tCCD'));
    case 'RD WR':
      return t('tRTW');
    case 'WR RD': {
      if (device.standard === 'LPDDR5' && sameGroup) return t('WL') + t('BL_L') + t('tWTR_L');
      return afterWrite + ofGroup('tWTR_L', 'tWTR_S', 'tWTR');
    }
    case 'RD PRE':
      return sameBank ? t('tRTP') : 0;
    case 'RD PREA':
      return t('tRTP');
    case 'WR PRE':
      return sameBank ? afterWrite + t('tWR') : 0;
    case 'WR PREA':
      return afterWrite + t('tWR');
    case 'PRE ACT':
      return sameBank ? t('tRP') : 0;
    case 'PREA ACT':
    case 'PREA REF':
      return t('tRPab');
    case 'PRE REF':
      return t('tRP');
    case 'PRE REFPB':
      return sameBank ? t('tRP') : 0;
    case 'PRE PRE':
    case 'PRE PREA':
    case 'PREA PRE':
      return t('tPPD');
    case 'REF ACT':
    case 'REF REF':
      return t('tRFC');
    case 'REFPB ACT':
      return sameBank ? t('tRFCpb') : t('tPBR2ACT');
    case 'REFPB REFPB':
      return t('tPBR2PBR');
    default:
      return 0;
  }
}
