/** The reads and refreshes that a controller sends while a run is recorded, in order. Units: cycles. */
export class RunLog {
  /** By read sent: its place in the order of acceptance, when it was accepted, the end of its data. */
  readonly order: Float64Array;
  readonly arrival: Float64Array;
  readonly end: Float64Array;
  length = 0;
  readonly refreshes: { readonly cycle: number; readonly command: number; readonly bank: number }[] = [];
  /** Whether no read was left waiting at some time. */
  emptied = false;

  /** `capacity`: reads that can be sent at most. */
  constructor(capacity: number) {
    this.order = new Float64Array(capacity);
    this.arrival = new Float64Array(capacity);
    this.end = new Float64Array(capacity);
  }

  start(): void {
    this.length = 0;
    this.refreshes.length = 0;
    this.emptied = false;
  }

  /** A read is sent; `left` wait after it. */
  noteRead(order: number, arrival: number, end: number, left: number): void {
    this.order[this.length] = order;
    this.arrival[this.length] = arrival;
    this.end[this.length++] = end;
    if (left === 0) this.emptied = true;
  }

  noteRefresh(cycle: number, command: number, bank: number): void {
    this.refreshes.push({ cycle, command, bank });
  }
}
