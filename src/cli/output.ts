/**
 * The writer that commands use: results go to standard output, everything else to standard error, so that a pipe
 * carries results only. Colour where the stream is a terminal, unless the environment says NO_COLOR (no-color.org).
 */
import pc from 'picocolors';

/** The part of a stream that is used; `process.stdout` and `process.stderr` have it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Output {
  /** Whether results may be coloured. */
  readonly colour: boolean;
  /** Writes a result to standard output, with a line's end if it has none. */
  result(text: string): void;
  /** Writes a value to standard output as one line of JSON. */
  json(value: unknown): void;
  /** Writes a line to standard error. */
  note(text: string): void;
  /** Writes a line to standard error that begins with `warning:`. */
  warning(text: string): void;
}

/**
 * @param results where results go.
 * @param notes where notes and warnings go.
 * @param environment read for NO_COLOR: set and not empty means no colour.
 */
export function createOutput(
  results: OutputStream = process.stdout,
  notes: OutputStream = process.stderr,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Output {
  const allowed = (environment['NO_COLOR'] ?? '') === '';
  const colours = pc.createColors(allowed && notes.isTTY === true);
  const note = (text: string): void => void notes.write(withEnd(text));
  return {
    colour: allowed && results.isTTY === true,
    result: (text) => void results.write(withEnd(text)),
    json: (value) => void results.write(`${JSON.stringify(value)}\n`),
    note,
    warning: (text) => note(`${colours.yellow('warning:')} ${text}`),
  };
}

function withEnd(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
