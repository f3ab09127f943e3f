/** The rules of DRAMsim3's controller as they are told, cycle by cycle, with no thought of speed. */
import { AddressMap } from '../../../../src/sim/dram/address.ts';
import { ACT, PRE, RD, REF, WR } from '../../../../src/sim/dram/commands.ts';
import type { DramDevice } from '../../../../src/sim/dram/device.ts';
import { gapsOf } from '../../../../src/sim/dram/dramsim3/gaps.ts';
import { dataEnd } from '../../../../src/sim/dram/timing.ts';
import { newOutcome, type PlainController } from './replay.ts';
import { PlainTiming } from './timing.ts';

interface Request {
  readonly write: boolean;
  readonly address: number;
  readonly burst: number;
  readonly bank: number;
  readonly row: number;
  readonly arrivals: number[];
}

interface Chosen {
  readonly command: number;
  readonly bank: number;
  readonly request?: Request;
}

const isColumn = (command: number) => command === RD || command === WR;

export class PlainDramsim3 implements PlainController {
  readonly outcome = newOutcome();
  readonly #device: DramDevice;
  readonly #map: AddressMap;
  readonly #timing: PlainTiming;
  readonly #row: number[];
  readonly #served: number[];
  readonly #queues: Request[][];
  readonly #banksPerRank: number;
  readonly #refreshes: number[] = [];
  #reads: Request[] = [];
  #writes: Request[] = [];
  #nextRank = 0;
  #visited = 0;
  #draining = 0;

  constructor(device: DramDevice, mapping: string) {
    const { ranks, bankGroups, banksPerGroup } = device.organisation;
    this.#device = device;
    this.#map = new AddressMap(device.organisation, mapping);
    this.#timing = new PlainTiming(device.organisation, gapsOf(device));
    this.#banksPerRank = bankGroups * banksPerGroup;
    this.#queues = Array.from({ length: ranks * this.#banksPerRank }, () => []);
    this.#row = this.#queues.map(() => -1);
    this.#served = this.#queues.map(() => 0);
  }

  get finished(): boolean {
    const moving = this.#reads.length + this.#draining + this.#queues.flat().length;
    return moving === 0 && this.#writes.length <= 8;
  }

  accept(cycle: number, write: boolean, address: number, burst: number): boolean {
    if ((write ? this.#writes : this.#reads).length >= 32) return false;
    const pending = [...this.#reads, ...this.#writes, ...this.#queues.flat()].filter(
      (other) => other.address === address,
    );
    if (pending.some((other) => other.write)) {
      if (write) this.outcome.merged++;
      else {
        this.outcome.forwarded++;
        this.outcome.latency += 1;
        this.outcome.lastEnd = Math.max(this.outcome.lastEnd, cycle + 1);
      }
      return true;
    }
    if (!write && pending.length > 0) {
      pending[0]!.arrivals.push(cycle);
      this.outcome.merged++;
      return true;
    }
    this.#map.locate(burst);
    const { bank, row } = this.#map;
    (write ? this.#writes : this.#reads).push({ write, address, burst, bank, row, arrivals: [cycle] });
    return true;
  }

  step(cycle: number): void {
    const { ranks } = this.#device.organisation;
    if (cycle > 0 && cycle % Math.floor(this.#device.timings['tREFI']! / ranks) === 0) {
      this.#refreshes.push(this.#nextRank);
      this.#nextRank = (this.#nextRank + 1) % ranks;
    }
    const first = this.#refresh(cycle) ?? this.#next(cycle);
    if (first !== undefined) {
      this.#send(cycle, first);
      const second = this.#device.command.separateColumnBus ? this.#next(cycle) : undefined;
      if (second !== undefined && isColumn(second.command) !== isColumn(first.command))
        this.#send(cycle, second);
    }
    this.#move();
  }

  #refresh(cycle: number): Chosen | undefined {
    const [rank] = this.#refreshes;
    if (rank === undefined) return undefined;
    const banks = this.#row.map((_, bank) => bank).filter((bank) => this.#rankOf(bank) === rank);
    const open = banks.filter((bank) => this.#row[bank]! >= 0);
    const closing = open.find((bank) => this.#timing.allows(PRE, bank, cycle));
    if (closing !== undefined) return { command: PRE, bank: closing };
    const ready = open.length === 0 && this.#timing.allows(REF, banks[0]!, cycle);
    return ready ? { command: REF, bank: banks[0]! } : undefined;
  }

  #next(cycle: number): Chosen | undefined {
    const from = this.#visited;
    for (let i = 1; i <= this.#queues.length; i++) {
      const bank = (from + i) % this.#queues.length;
      if (this.#rankOf(bank) === this.#refreshes[0]) continue;
      const request = this.#queues[bank]!.find((one, at) => this.#mayGo(one, at, cycle));
      if (request === undefined) continue;
      this.#visited = bank;
      return { command: this.#needed(request), bank, request };
    }
    return undefined;
  }

  #mayGo(request: Request, at: number, cycle: number): boolean {
    const { bank, burst } = request;
    const queue = this.#queues[bank]!;
    const command = this.#needed(request);
    if (!this.#timing.allows(command, bank, cycle)) return false;
    if (command === WR) return !queue.slice(0, at).some((older) => !older.write && older.burst === burst);
    if (command !== PRE) return true;
    return at === 0 && (this.#served[bank]! >= 4 || !queue.some(({ row }) => row === this.#row[bank]));
  }

  #needed({ bank, row, write }: Request): number {
    if (this.#row[bank]! < 0) return ACT;
    if (this.#row[bank] !== row) return PRE;
    return write ? WR : RD;
  }

  #send(cycle: number, { command, bank, request }: Chosen): void {
    this.#timing.send(command, bank, cycle);
    if (command === ACT) {
      this.#row[bank] = request!.row;
      this.#served[bank] = 0;
    } else if (command === PRE) this.#row[bank] = -1;
    else if (command === REF) this.#refreshes.shift();
    else this.#finish(cycle, request!);
    this.outcome.commands.push([cycle, command, bank, this.#row[bank], request?.burst ?? -1].join(' '));
  }

  #finish(cycle: number, request: Request): void {
    const { write, bank, arrivals } = request;
    if (this.#served[bank]!++ > 0) this.outcome.rowHits++;
    this.#queues[bank] = this.#queues[bank]!.filter((other) => other !== request);
    const end = cycle + dataEnd(this.#device)[write ? 'write' : 'read'];
    this.outcome.lastEnd = Math.max(this.outcome.lastEnd, end);
    if (!write) for (const arrival of arrivals) this.outcome.latency += end - arrival;
  }

  #move(): void {
    const waiting = this.#writes.length;
    const idle = this.#queues.every((queue) => queue.length === 0);
    if (this.#draining === 0 && (waiting >= 32 || (idle && waiting > 8))) this.#draining = waiting;
    const request = (this.#draining > 0 ? this.#writes : this.#reads).find(
      ({ bank }) => this.#queues[bank]!.length < 8,
    );
    if (request === undefined) return;
    const reads = [...this.#reads, ...this.#queues.flat().filter(({ write }) => !write)];
    if (request.write && reads.some(({ address }) => address === request.address)) {
      this.#draining = 0;
      return;
    }
    if (request.write) {
      this.#draining--;
      this.#writes = this.#writes.filter((other) => other !== request);
    } else this.#reads = this.#reads.filter((other) => other !== request);
    this.#queues[request.bank]!.push(request);
  }

  #rankOf(bank: number): number {
    return Math.floor(bank / this.#banksPerRank);
  }
}
