/** Is a DRAMsim3 configuration read as that program reads it, and refused where that program would guess? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { burstCycles } from '../../../src/sim/dram/device.ts';
import { loadDramsim3Device } from '../../../src/sim/dram/device-file.node.ts';
import { parseIniDevice } from '../../../src/sim/dram/dramsim3/ini-device.ts';
import { violations } from './checker.ts';
import { runRequests } from './support.ts';

const text = readFileSync(new URL('../../fixtures/dram/DDR4_8Gb_x8_3200.ini', import.meta.url), 'utf8');
const parse = (changed: string) => parseIniDevice(changed, 'x', 'x.ini');

const ONE_RANK = text.replace('channel_size = 16384', 'channel_size = 8192');

/** HBM2_8Gb_x128 with the keys that DRAMsim3's own file leaves to defaults. */
const HBM = `[dram_structure]
protocol = HBM
bankgroups = 4
banks_per_group = 4
rows = 32768
columns = 64 ; in pairs of transfers
device_width = 128
BL = 4
[timing]
tCK = 1
CL = 14
CWL = 4
tRCDRD = 14
tRCDWR = 14
tRP = 14
tRAS = 34
tRFC = 260
tREFI = 3900
tRRD_S = 4
tRRD_L = 6
tWTR_S = 6
tWTR_L = 8
tFAW = 30
tWR = 16
tCCD_S = 1
tCCD_L = 2
tRTP = 5
tRTRS = 2
[power]
VDD = 1.2
IDD0 = 65
IDD2N = 40
IDD3N = 55
IDD4W = 500
IDD4R = 390
IDD5AB = 250
[system]
channel_size = 1024
channels = 8
bus_width = 128
address_mapping = rorabgbachco
queue_structure = PER_BANK
refresh_policy = RANK_LEVEL_STAGGERED
row_buf_policy = OPEN_PAGE
cmd_queue_size = 8
trans_queue_size = 32
`;

describe('a DRAMsim3 configuration', () => {
  test.each([
    ['DDR4-3200', text],
    ['HBM2-2000', HBM],
  ])('says the same as the device file that was made from it: %s', (name, ini) => {
    const [found, shipped] = [parse(ini), loadDramsim3Device(name)];
    for (const part of ['organisation', 'timings', 'periodPs', 'command', 'standard', 'rules'] as const) {
      expect(found.device[part]).toEqual(shipped.device[part]);
    }
    expect(found.device.energy).toMatchObject({
      rails: shipped.device.energy.by === 'currents' ? shipped.device.energy.rails : [],
    });
    expect([found.mapping, found.channels]).toEqual([shipped.mapping, shipped.channels]);
    if (found.channels > 1) expect(found.interleaveBytes).toBe(shipped.interleaveBytes);
  });

  test('runs with our own policy, every command legal by an independent check', () => {
    const { device, mapping } = parse(ONE_RANK);
    let x = 0x2545f491;
    const draw = () => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return x >>> 0;
    };
    const requests = Array.from({ length: 4000 }, () => ({ burst: draw() >>> 8, write: draw() % 3 === 0 }));
    const { commands } = runRequests(device, requests, { mapping });
    const { RL, WL, tRTRS, tRP } = device.timings;
    // What the checker calls by the standard's names.
    const timings = { ...device.timings, tRPab: tRP!, tRTW: RL! + burstCycles(device) + tRTRS! - WL! };
    expect(violations({ ...device, timings }, commands)).toEqual([]);
    expect(commands.filter(({ name }) => name === 'PREA').length).toBeGreaterThan(1);
  });

  test('takes ranks from the size of a channel, and the mapping with the channel anywhere', () => {
    expect(parse(ONE_RANK).device.organisation.ranks).toBe(1);
    const spread = text.replace('channels = 1', 'channels = 4').replace('rochrababgco', 'rorababgchco');
    expect(parse(spread)).toMatchObject({
      channels: 4,
      interleaveBytes: 8192,
      mapping: 'row-rank-bank-bankgroup-column',
    });
    expect(parse(text.replace('channels = 1', 'channels = 4')).interleaveBytes).toBe(2 * 16 * 8192);
  });

  test('gives an LPDDR4 no joules: its several supplies are not in such a file', () => {
    const lpddr4 = text.replace('DDR4', 'LPDDR4').replace('tRTRS = 1', 'tRTRS = 1\ntPPD = 2');
    expect(parse(lpddr4).device.energy).toMatchObject({ by: 'none', reason: /supplies/ });
  });

  test.each([
    ['a misspelt key', 'tREFI = 12480', 'REFI = 12480', /x\.ini, line 21.*REFI.*'tREFI'/s],
    ['a key of another section', 'tFAW = 34', 'tFAW = 34\nVDD = 1.2', /no such key.*VDD/s],
    ['a misspelt section', '[power]', '[powr]', /no such section.*powr.*'power'/s],
    ['a missing key', 'tRTP = 12\n', '', /\[timing\] is missing: tRTP/],
    ['a missing section', /\[power\][^]*(?=\[system\])/, '', /\[power\] is missing: VDD, IDD0/],
    ['a key given twice', 'tFAW = 34', 'tFAW = 34\ntFAW = 35', /line 29.*given twice.*tFAW/s],
    ['a section given twice', '[other]', '[power]', /given twice.*power/s],
    ['a line of another form', 'tFAW = 34', 'tFAW 34', /line 28.*'tFAW 34'/s],
    ['a key before any section', '[dram_structure]', '', /neither a section/],
    ['a value that is no number', 'tRP = 22', 'tRP = 22ns', /timing\.tRP.*22ns/s],
    ['a size of zero', 'rows = 65536', 'rows = 0', /dram_structure\.rows/],
    ['another protocol', 'protocol = DDR4', 'protocol = DDR3', /DDR3.*LPDDR4/s],
    ['another controller', 'OPEN_PAGE', 'CLOSE_PAGE', /row_buf_policy.*OPEN_PAGE/s],
    ['additive latency', 'AL = 0', 'AL = 1', /timing\.AL/],
    ['part of a rank', 'channel_size = 16384', 'channel_size = 4096', /multiple of a rank's 8192 MiB/],
    ['a mapping without a field', 'rochrababgco', 'rochrababaco', /address_mapping.*rochrababaco/s],
    ['a clock of fractions of picoseconds', 'tCK = 0.63', 'tCK = 0.6255', /whole picoseconds/],
  ])('with %s is refused', (_what, from, to, message) => {
    expect(text.replace(from, to)).not.toBe(text);
    expect(() => parse(text.replace(from, to))).toThrow(message);
  });
});
