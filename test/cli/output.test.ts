/** Does a pipe carry results only, and a terminal colour? */
import { describe, expect, test } from 'vitest';
import { createOutput, type OutputStream } from '../../src/cli/output.ts';

function stream(isTTY: boolean): OutputStream & { text: string } {
  return {
    isTTY,
    text: '',
    write(text: string) {
      this.text += text;
    },
  };
}

describe('createOutput', () => {
  test('sends results to one stream and notes to the other, each with one end of line', () => {
    const [results, notes] = [stream(false), stream(false)];
    const output = createOutput(results, notes, {});
    output.result('a table\n');
    output.result('a line');
    output.json({ cycles: 3 });
    output.note('a note');
    output.warning('careful');
    expect(results.text).toBe('a table\na line\n{"cycles":3}\n');
    expect(notes.text).toBe('a note\nwarning: careful\n');
  });

  test('allows colour on a terminal alone, unless NO_COLOR is set and not empty', () => {
    expect(createOutput(stream(true), stream(false), {}).colour).toBe(true);
    expect(createOutput(stream(false), stream(true), {}).colour).toBe(false);
    expect(createOutput(stream(true), stream(true), { NO_COLOR: '1' }).colour).toBe(false);
    expect(createOutput(stream(true), stream(true), { NO_COLOR: '' }).colour).toBe(true);
  });

  test('colours warnings by the stream that they go to', () => {
    const notes = stream(true);
    createOutput(stream(false), notes, {}).warning('careful');
    expect(notes.text).toBe('\u001B[33mwarning:\u001B[39m careful\n');
  });
});
