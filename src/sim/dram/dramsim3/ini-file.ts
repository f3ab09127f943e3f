/**
 * Reads a DRAMsim3 configuration (`.ini`: sections, `key = value`, comments from `;` or `#`) strictly. That program takes a built-in
 * default for a key that is absent and passes over one that it doesn't know, so that a misspelt `REFI` goes unnoticed; here
 * both are errors, as are a key or section given twice and a line of another form.
 */
import { TritsimError } from '../../../errors/error.ts';
import { didYouMean } from '../../../errors/nearest.ts';

/** Protocols whose behaviour the goldens show. */
export const PROTOCOLS = ['DDR4', 'LPDDR4', 'HBM', 'HBM2'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

const SECTIONS = ['dram_structure', 'timing', 'power', 'system', 'other', 'thermal'] as const;
type Section = (typeof SECTIONS)[number];

/** Keys that must be there, by section; `timing` has those of the protocol besides. */
const REQUIRED: Readonly<Record<Section, readonly string[]>> = {
  dram_structure: words('protocol bankgroups banks_per_group rows columns device_width BL'),
  timing: words(
    'tCK CL CWL tRP tRAS tRFC tREFI tRRD_S tRRD_L tWTR_S tWTR_L tFAW tWR tRTP tCCD_S tCCD_L tRTRS',
  ),
  power: words('VDD IDD0 IDD2N IDD3N IDD4R IDD4W IDD5AB'),
  system: words(
    'channel_size channels bus_width address_mapping queue_structure refresh_policy row_buf_policy cmd_queue_size trans_queue_size',
  ),
  other: [],
  thermal: [],
};
const OF_PROTOCOL: Readonly<Record<Protocol, readonly string[]>> = {
  DDR4: ['AL', 'tRCD'],
  LPDDR4: ['AL', 'tRCD', 'tPPD'],
  HBM: ['tRCDRD', 'tRCDWR'],
  HBM2: ['tRCDRD', 'tRCDWR'],
};

/**
 * Keys that may be there and change nothing here: power-down, self-refresh, finer refresh, read and write preambles,
 * the second supply, statistics, temperature.
 */
const WITHOUT_EFFECT: Readonly<Record<Section, readonly string[]>> = {
  dram_structure: ['num_dies'],
  timing: words('tRFC2 tRFC4 tRFCb tREFIb tRPRE tWPRE tWR2 tCKE tCKESR tXS tXP'),
  power: words('IPP0 IDD2P IDD3P IDD5PB IDD6x'),
  system: [],
  other: words('epoch_period output_level output_prefix'),
  thermal: words(
    'loc_mapping power_epoch_period chip_dim_x chip_dim_y amb_temp mat_dim_x mat_dim_y bank_order bank_layer_order',
  ),
};

/** `section.key` → value, as text. */
export type IniValues = ReadonlyMap<string, string>;

/** The values of a configuration. Throws `DRAM_INI` with file and line, the nearest known name where one is unknown. */
export function parseIni(text: string, place: string): { protocol: Protocol; values: IniValues } {
  const lines = readLines(text, place);
  const values = new Map([...lines].map(([name, { value }]) => [name, value]));
  const protocol = protocolOf(values, place);
  for (const section of SECTIONS) {
    const required = [...REQUIRED[section], ...(section === 'timing' ? OF_PROTOCOL[protocol] : [])];
    const known = [...required, ...WITHOUT_EFFECT[section]];
    for (const [name, { line }] of lines) {
      const [of, key] = name.split('.') as [string, string];
      if (of === section && !known.includes(key)) throw unknown('key', key, known, `${place}, line ${line}`);
    }
    const missing = required.filter((key) => !values.has(`${section}.${key}`));
    if (missing.length > 0) {
      throw new TritsimError('DRAM_INI', `a key of [${section}] is missing: ${missing.join(', ')}`, {
        place,
        hint: 'DRAMsim3 would take a built-in default; write the value that you mean.',
      });
    }
  }
  return { protocol, values };
}

function readLines(text: string, place: string): Map<string, { value: string; line: number }> {
  const found = new Map<string, { value: string; line: number }>();
  const sections = new Set<string>();
  let section = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const at = `${place}, line ${index + 1}`;
    const content = raw.replace(/(^|\s)[;#].*$/, '').trim();
    if (content === '') continue;
    const heading = /^\[(\w+)\]$/.exec(content)?.[1];
    const pair = /^(\w+)\s*=\s*(\S.*)$/.exec(content);
    if (heading !== undefined) {
      if (!(SECTIONS as readonly string[]).includes(heading)) throw unknown('section', heading, SECTIONS, at);
      if (sections.has(heading)) throw twice('section', heading, at);
      sections.add(heading);
      section = heading;
    } else if (pair !== null && section !== '') {
      const name = `${section}.${pair[1]!}`;
      if (found.has(name)) throw twice('key', pair[1]!, at);
      found.set(name, { value: pair[2]!, line: index + 1 });
    } else {
      throw new TritsimError('DRAM_INI', 'neither a section nor a key with its value', {
        place: at,
        found: `'${content}'`,
        allowed: ['[section]', 'key = value within a section'],
      });
    }
  }
  return found;
}

function protocolOf(values: IniValues, place: string): Protocol {
  const found = values.get('dram_structure.protocol');
  const protocol = PROTOCOLS.find((name) => name === found);
  if (protocol !== undefined) return protocol;
  throw new TritsimError('DRAM_INI', 'the protocol is missing or not one whose behaviour has been compared', {
    place: `${place}: dram_structure.protocol`,
    ...(found === undefined ? {} : { found }),
    allowed: PROTOCOLS,
  });
}

function unknown(what: string, found: string, allowed: readonly string[], place: string): TritsimError {
  const hint = didYouMean(found, allowed);
  return new TritsimError('DRAM_INI', `no such ${what}`, {
    place,
    found,
    allowed,
    ...(hint === undefined ? {} : { hint }),
  });
}

function twice(what: string, found: string, place: string): TritsimError {
  return new TritsimError('DRAM_INI', `a ${what} is given twice`, { place, found });
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
