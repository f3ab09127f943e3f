/** `--dram-trace FILE[.gz]`: every DRAM request of the machine, one a line, `0xADDR READ|WRITE CYCLE` as DRAMsim3 and `tritsim dram` read it. */
import type { RequestObserver } from '../sim/dram/request-log.ts';
import type { BesideFile } from './beside-file.ts';

export function dramTraceTo(file: BesideFile): RequestObserver {
  return (address, write, cycle) => {
    file.write(`0x${address.toString(16)} ${write ? 'WRITE' : 'READ'} ${cycle}\n`);
  };
}
