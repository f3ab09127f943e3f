/** The rules of Ramulator 2.1's controllers as they are told, cycle by cycle, with no thought of speed. */
import { AddressMap } from '../../../../src/sim/dram/address.ts';
import { ACT, PRE, PREA, RD, REF, WR } from '../../../../src/sim/dram/commands.ts';
import { burstCycles, type DramDevice } from '../../../../src/sim/dram/device.ts';
import { gapsOf } from '../../../../src/sim/dram/ramulator2/gaps.ts';
import { newOutcome, type PlainController } from './replay.ts';
import { PlainTiming } from './timing.ts';

interface Request {
  readonly write: boolean;
  readonly address: number;
  readonly burst: number;
  readonly bank: number;
  readonly row: number;
  readonly arrival: number;
}

interface Chosen {
  readonly command: number;
  readonly bank: number;
  /** Absent: a refresh. */
  readonly request?: Request;
}

type Bus = 'any' | 'row' | 'column' | 'falling';

const isColumn = (command: number) => command === RD || command === WR;

export class PlainRamulator2 implements PlainController {
  readonly outcome = newOutcome();
  readonly #device: DramDevice;
  readonly #protect: boolean;
  readonly #map: AddressMap;
  readonly #timing: PlainTiming;
  readonly #row: number[];
  readonly #served: number[];
  #reads: Request[] = [];
  #writes: Request[] = [];
  /** By arrival. */
  #opened: Request[] = [];
  /** First banks of the ranks that wait for their refresh. */
  readonly #refreshes: number[] = [];
  #writeMode = false;
  /** LPDDR5: the activation without its second half and its deadline; a column command after its CAS; the write clock's end. */
  #activating: { readonly request: Request; readonly deadline: number } | undefined;
  #synchronised: Chosen | undefined;
  #clockUntil = 0;
  /** HBM3: the last row command of a rising edge and the falling edge that pairs with it. */
  #paired: Chosen | undefined;
  #pairedEdge = -1;

  constructor(device: DramDevice, mapping: string, protectRowHits: boolean) {
    const { ranks, bankGroups, banksPerGroup } = device.organisation;
    this.#device = device;
    this.#protect = protectRowHits;
    this.#map = new AddressMap(device.organisation, mapping);
    this.#timing = new PlainTiming(device.organisation, gapsOf(device));
    this.#row = Array.from({ length: ranks * bankGroups * banksPerGroup }, () => -1);
    this.#served = this.#row.map(() => 0);
  }

  get finished(): boolean {
    const waiting = this.#reads.length + this.#writes.length + this.#opened.length;
    return waiting === 0 && this.#activating === undefined;
  }

  accept(arrival: number, write: boolean, address: number, burst: number): boolean {
    if (this.#writes.some((other) => other.address === address)) {
      if (write) this.outcome.merged++;
      else {
        this.outcome.forwarded++;
        this.outcome.latency += 1;
        this.outcome.lastEnd = Math.max(this.outcome.lastEnd, arrival + 1);
      }
      return true;
    }
    const buffer = write ? this.#writes : this.#reads;
    if (buffer.length >= 32) return false;
    this.#map.locate(burst);
    buffer.push({ write, address, burst, bank: this.#map.bank, row: this.#map.row, arrival });
    return true;
  }

  step(cycle: number): void {
    const { standard, timings, organisation } = this.#device;
    if (cycle % Number(timings['tREFI']) === 0) {
      const perRank = organisation.bankGroups * organisation.banksPerGroup;
      const ranks = organisation.ranks / (organisation.stacks ?? 1);
      for (let rank = 0; rank < ranks; rank++) this.#refreshes.push(rank * perRank);
    }
    if (standard === 'LPDDR5') this.#stepSplit(cycle);
    else if (standard === 'HBM3' && cycle % 2 === 0) this.#sendOn(cycle, 'falling');
    else if (this.#device.command.separateColumnBus) {
      this.#sendOn(cycle, 'column');
      const row = this.#sendOn(cycle, 'row');
      if (row !== undefined) {
        this.#paired = row;
        this.#pairedEdge = cycle + (row.command === ACT ? 3 : 1);
      }
    } else this.#sendOn(cycle, 'any');
  }

  #sendOn(cycle: number, bus: Bus): Chosen | undefined {
    const chosen = this.#choose(cycle, bus);
    if (chosen !== undefined) this.#send(cycle, chosen);
    return chosen;
  }

  #stepSplit(cycle: number): void {
    const { timings } = this.#device;
    const synchronised = this.#synchronised;
    const due = this.#activating !== undefined && this.#activating.deadline <= cycle;
    const chosen = synchronised ?? (due ? undefined : this.#choose(cycle, 'any'));
    if (chosen === undefined) return this.#secondHalf();
    if (isColumn(chosen.command)) {
      if (synchronised === undefined && cycle >= this.#clockUntil) {
        if (this.#activating !== undefined && this.#activating.deadline <= cycle + 1)
          return this.#secondHalf();
        this.#synchronised = chosen;
        return;
      }
      if (!this.#timing.allows(chosen.command, chosen.bank, cycle)) return;
      this.#synchronised = undefined;
      const latency = timings[chosen.command === RD ? 'RL' : 'WL']!;
      this.#clockUntil = Math.max(
        this.#clockUntil,
        cycle + latency + burstCycles(this.#device) + timings['tWCKPST']!,
      );
    }
    this.#send(cycle, chosen);
  }

  #secondHalf(): void {
    if (this.#activating !== undefined) this.#promote(this.#activating.request);
    this.#activating = undefined;
  }

  #choose(cycle: number, bus: Bus): Chosen | undefined {
    const opened = this.#firstReady(this.#opened, cycle, bus);
    if (opened !== undefined) return opened;
    const [waiting] = this.#refreshes;
    if (waiting !== undefined) {
      const banks = this.#row
        .map((_, bank) => bank)
        .filter((bank) => this.#rankOf(bank) === this.#rankOf(waiting));
      const command = banks.some((bank) => this.#row[bank]! >= 0) ? PREA : REF;
      if (command === PREA && this.#opened.some(({ bank }) => banks.includes(bank))) return undefined;
      return this.#mayGo(command, waiting, cycle, bus) ? { command, bank: waiting } : undefined;
    }
    const { length } = this.#writes;
    if (!this.#writeMode) this.#writeMode = length > 0.8 * 32 || this.#reads.length === 0;
    else this.#writeMode = length >= 0.2 * 32 || this.#reads.length === 0;
    return this.#firstReady(this.#writeMode ? this.#writes : this.#reads, cycle, bus);
  }

  #firstReady(buffer: readonly Request[], cycle: number, bus: Bus): Chosen | undefined {
    for (const request of buffer) {
      const { bank, row, write, arrival } = request;
      const open = this.#row[bank]!;
      const command = open < 0 ? ACT : open !== row ? PRE : write ? WR : RD;
      if (this.#activating?.request.bank === bank) continue;
      if (command === PRE) {
        if (this.#opened.some((other) => other.bank === bank)) continue;
        const hit = buffer.some(
          (other) => other.bank === bank && other.row === open && other.arrival <= arrival,
        );
        if (this.#protect && hit) continue;
      }
      if (this.#mayGo(command, bank, cycle, bus)) return { command, bank, request };
    }
    return undefined;
  }

  #mayGo(command: number, bank: number, cycle: number, bus: Bus): boolean {
    if (bus === 'column' && !isColumn(command)) return false;
    if (bus === 'row' && isColumn(command)) return false;
    if (bus === 'falling') {
      if (command !== PRE && command !== PREA) return false;
      const paired = this.#paired;
      if (
        paired !== undefined &&
        cycle === this.#pairedEdge &&
        this.#rankOf(bank) === this.#rankOf(paired.bank)
      ) {
        const oneBank = command === PRE && paired.command !== PREA && paired.command !== REF;
        if (!oneBank || bank === paired.bank) return false;
      }
    }
    const activating = this.#activating?.request.bank;
    if (activating !== undefined) {
      if (command === ACT || (command === PRE && bank === activating)) return false;
      if ((command === PREA || command === REF) && this.#rankOf(bank) === this.#rankOf(activating))
        return false;
    }
    return this.#timing.allows(command, bank, cycle);
  }

  #send(cycle: number, { command, bank, request }: Chosen): void {
    this.#timing.send(command, bank, cycle);
    if (command === ACT) {
      this.#row[bank] = request!.row;
      this.#served[bank] = 0;
      this.#remove(request!);
      if (this.#device.standard === 'LPDDR5') {
        this.#activating = { request: request!, deadline: cycle + this.#device.timings['tAAD']! };
      } else this.#promote(request!);
    } else if (command === PRE) this.#row[bank] = -1;
    else if (command === REF) this.#refreshes.shift();
    else if (command === PREA) {
      for (const other of this.#row.keys())
        if (this.#rankOf(other) === this.#rankOf(bank)) this.#row[other] = -1;
    } else this.#finish(cycle, request!);
    this.outcome.commands.push([cycle, command, bank, this.#row[bank], request?.burst ?? -1].join(' '));
  }

  #finish(cycle: number, request: Request): void {
    const { write, bank, arrival } = request;
    if (this.#served[bank]!++ > 0) this.outcome.rowHits++;
    this.#remove(request);
    const end = cycle + this.#device.timings[write ? 'WL' : 'RL']! + burstCycles(this.#device);
    this.outcome.lastEnd = Math.max(this.outcome.lastEnd, end);
    if (!write) this.outcome.latency += end - arrival;
  }

  #promote(request: Request): void {
    this.#opened = [...this.#opened, request].toSorted((a, b) => a.arrival - b.arrival);
  }

  #remove(request: Request): void {
    const others = (list: readonly Request[]) => list.filter((other) => other !== request);
    this.#reads = others(this.#reads);
    this.#writes = others(this.#writes);
    this.#opened = others(this.#opened);
  }

  #rankOf(bank: number): number {
    return this.#timing.pathOf(bank)[1]!;
  }
}
