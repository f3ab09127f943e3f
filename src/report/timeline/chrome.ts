/**
 * Events of the Chrome trace format as text: complete events (`X`) and the metadata (`M`) that names tracks. `ts` and `dur` are
 * microseconds; picoseconds are written as their six decimals, so nothing is rounded here. Viewers may round: Perfetto
 * keeps whole nanoseconds. Those that add `ts` and `dur` as doubles would see slices that touch overlap, and nest them: where the
 * sum passes the end, `dur` is a thousandth of a picosecond shorter.
 *
 * Source: Google, "Trace Event Format", sections "JSON Object Format", "Complete Events", "Metadata Events".
 */

/** Where a slice is drawn: a group of tracks and a track in it, each with a name and a place among its like. */
export interface Track {
  readonly group: string;
  readonly groupIndex: number;
  readonly name: string;
  readonly index: number;
}

type Details = Readonly<Record<string, string | number | boolean | null>>;

/** Writes the object around the events; names a track before its first slice. */
export class ChromeWriter {
  readonly #write: (text: string) => void;
  readonly #named = new Set<string>();
  #separator = '\n';

  constructor(write: (text: string) => void, details: Details) {
    this.#write = write;
    write(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(details)},"traceEvents":[`);
  }

  /** A slice of a track; slices of one track may not overlap. */
  slice(track: Track, name: string, fromPs: number, toPs: number, details: Details): void {
    this.#name(track);
    const times = `"ts":${microseconds(fromPs)},"dur":${duration(fromPs, toPs)}`;
    this.#event(
      `{"ph":"X","pid":${track.groupIndex},"tid":${track.index},${times},"name":${JSON.stringify(name)},"args":${JSON.stringify(details)}}`,
    );
  }

  end(): void {
    this.#write('\n]}\n');
  }

  #name({ group, groupIndex, name, index }: Track): void {
    if (!this.#named.has(group)) {
      this.#named.add(group);
      this.#metadata(groupIndex, undefined, 'process_name', { name: group });
      this.#metadata(groupIndex, undefined, 'process_sort_index', { sort_index: groupIndex });
    }
    const key = `${group}/${name}`;
    if (this.#named.has(key)) return;
    this.#named.add(key);
    this.#metadata(groupIndex, index, 'thread_name', { name });
    this.#metadata(groupIndex, index, 'thread_sort_index', { sort_index: index });
  }

  #metadata(group: number, track: number | undefined, name: string, details: Details): void {
    this.#event(
      JSON.stringify({
        ph: 'M',
        pid: group,
        ...(track !== undefined && { tid: track }),
        name,
        args: details,
      }),
    );
  }

  #event(text: string): void {
    this.#write(this.#separator + text);
    this.#separator = ',\n';
  }
}

/** What is added to `fromPs`, in doubles of microseconds, without passing `toPs`. */
function duration(fromPs: number, toPs: number): string {
  const exact = microseconds(toPs - fromPs);
  if (Number(microseconds(fromPs)) + Number(exact) <= Number(microseconds(toPs))) return exact;
  const [whole, decimals = ''] = microseconds(toPs - fromPs - 1).split('.');
  return `${whole}.${decimals.padEnd(6, '0')}999`;
}

/** Whole picoseconds as a decimal number of microseconds, exactly. */
export function microseconds(ps: number): string {
  const rest = ps % 1e6;
  const whole = String((ps - rest) / 1e6);
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
}
