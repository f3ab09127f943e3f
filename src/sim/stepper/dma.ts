/**
 * An in-order DMA engine: it prepares the next transfer of its queue for `setup` cycles once that is ready, hands it to the
 * DRAM and turns to the next, without waiting. Transfers finish in order.
 *
 * Actions: the accesses of the buffer's port, bytes moved, groups of trits decoded on the way; counted when a transfer is
 * issued.
 */
import { TritsimError } from '../../errors/error.ts';
import type { Machine } from '../../hardware/machine.ts';
import { ENGINES } from '../../mapping/program.ts';
import type { Work } from '../../mapping/work.ts';
import type { Component } from './component.ts';
import { decoding } from './array/tile.ts';
import type { SteppedDram } from './dram/system.ts';
import type { RequestStream, Transfer } from './dram/transfer.ts';
import type { Progress, ProgramRun } from './program-run.ts';
import { Tally } from './tally.ts';

/** Sees a transfer that is issued: its command, how many bursts it has. */
export type TransferObserver = (command: number, bursts: number) => void;

export class DmaEngine implements Component, Progress, RequestStream {
  /** Visible: all transfers issued so far, of earlier programs too. */
  readonly issued: Transfer[] = [];
  readonly tally = new Tally();

  readonly #machine: Machine;
  readonly #engine: number;
  readonly #onIssue: TransferObserver;
  #dram: SteppedDram | null = null;
  #run: ProgramRun | null = null;
  /** Transfers of earlier programs; those of this one that are known to have arrived. */
  #before = 0;
  #arrived = 0;
  #preparing: { readonly command: number; cyclesLeft: number } | null = null;
  #nextIssued: Transfer | null = null;

  /** Throws `STEPPER_SETUP` for a set-up of no cycle: a request cannot leave in the cycle in which it is asked for. */
  constructor(machine: Machine, engine: number, onIssue: TransferObserver) {
    if (machine.dma.setupCycles < 1) {
      throw new TritsimError('STEPPER_SETUP', 'the stepper needs a DMA set-up of a cycle at least', {
        place: `${machine.name}: dma.setup`,
        found: `${machine.dma.setupCycles} cycles`,
      });
    }
    this.#machine = machine;
    this.#engine = engine;
    this.#onIssue = onIssue;
  }

  connect(dram: SteppedDram): void {
    this.#dram = dram;
  }

  load(run: ProgramRun): void {
    this.#run = run;
    this.#before = this.issued.length;
    this.#arrived = 0;
  }

  /** Visible: transfers of the program that have finished. */
  get finished(): number {
    for (;;) {
      const next = this.issued[this.#before + this.#arrived];
      if (next === undefined || !this.#dram!.isDone(next)) return this.#arrived;
      this.#arrived++;
    }
  }

  /** Visible: whether a transfer may go or has gone that has not finished, and whether the DRAM has it already. */
  get outstanding(): 'none' | 'asked' | 'issued' {
    const { finished } = this;
    const oldest = this.#run?.queues[this.#engine]![finished];
    if (oldest === undefined || !this.#run!.isReady(oldest)) return 'none';
    return this.issued.length > this.#before + finished ? 'issued' : 'asked';
  }

  commit(): void {
    if (this.#nextIssued !== null) this.issued.push(this.#nextIssued);
    this.#nextIssued = null;
  }

  evaluate(): void {
    this.#preparing ??= this.#begin();
    if (this.#preparing === null) return;
    this.#preparing.cyclesLeft--;
    if (this.#preparing.cyclesLeft > 0) return;
    this.#nextIssued = this.#issue(this.#preparing.command);
    this.#preparing = null;
  }

  #begin(): { command: number; cyclesLeft: number } | null {
    const command = this.#run?.queues[this.#engine]![this.issued.length - this.#before];
    if (command === undefined || !this.#run!.isReady(command)) return null;
    return { command, cyclesLeft: this.#machine.dma.setupCycles };
  }

  #issue(command: number): Transfer {
    const { program } = this.#run!;
    const work = program.works[program.work[command]!]!;
    if (work.unit === 'load' || work.unit === 'store') this.#count(work);
    const write = ENGINES[this.#engine] === 'dma.store';
    // Ids of the three engines interleave.
    const id = this.issued.length * ENGINES.length + this.#engine;
    const transfer = this.#dram!.transfer(id, write, program.address[command]!, program.bytes[command]!);
    this.#onIssue(
      command,
      transfer.bursts.reduce((sum, list) => sum + list.length, 0),
    );
    return transfer;
  }

  #count(work: Extract<Work, { unit: 'load' | 'store' }>): void {
    const { portBits } = this.#machine.buffers[work.buffer];
    const type = work.unit === 'load' ? 'sram-write' : 'sram-read';
    this.tally.add(`sram.${type}.${work.buffer}`, Math.ceil((8 * work.bufferBytes) / portBits));
    this.tally.add('dma.dma-byte', work.bufferBytes);
    if (work.unit === 'store' || work.decoded === null) return;
    const action = decoding(work.decoded)?.action ?? 'trit-decode-bitmap';
    this.tally.add(`dma.${action}`, work.groups);
  }
}
