/** What the controller needs of a memory; `DramSystem` is the one that machines have. */
export interface Memory {
  /** Time of the completion that `advance` just reported, ps. */
  readonly completedAtPs: number;
  /** Queues bytes [address, address + bytes) on an in-order stream, at the earliest at time `ps`. */
  submit(stream: number, id: number, address: number, bytes: number, write: boolean, ps: number): void;
  /** Runs until a transfer completes, whose id it returns, or until `limitPs`, −1. */
  advance(limitPs: number): number;
}
