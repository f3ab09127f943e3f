// Question: does the bar show up only for people who wait, and count right?
import { describe, expect, it } from 'vitest';
import { createProgress, formatRate } from '../../src/cli/progress.ts';

/** A terminal that keeps what was written, and a clock that is set by hand. */
function harness(isTTY = true) {
  const written: string[] = [];
  const time = { seconds: 100 };
  const stream = { isTTY, write: (text: string) => written.push(text.replace('\r\u001B[K', '')) };
  return { written, time, options: { stream, clock: () => time.seconds } };
}

describe('createProgress', () => {
  it('stays quiet for two seconds, then shows share, rate and time left', () => {
    const { written, time, options } = harness();
    const progress = createProgress({ ...options, unit: 'tokens' });
    progress.update('reading', 0, 400);
    time.seconds += 1.9;
    progress.update('reading', 50, 400);
    expect(written).toEqual([]);
    time.seconds += 0.1;
    progress.update('reading', 100, 400);
    expect(written).toEqual(['reading ━━━━━───────────────  25 %  50.0 tokens/s  0:06 left']);
  });

  it('draws ten times a second at most, starts anew with a new label, and cleans up', () => {
    const { written, time, options } = harness();
    const progress = createProgress(options);
    progress.update('a', 0, 10);
    time.seconds += 3;
    progress.update('a', 1, 10);
    time.seconds += 0.05;
    progress.update('a', 2, 10);
    expect(written).toHaveLength(1);
    progress.update('b', 0, 10);
    time.seconds += 3600;
    progress.update('b', 5, 10);
    expect(written[1]).toBe('b ━━━━━━━━━━──────────  50 %  1:00:00 left');
    progress.finish();
    progress.finish();
    expect(written).toHaveLength(3);
    expect(written[2]).toBe('');
  });

  it('writes nothing where standard error is not a terminal', () => {
    const { written, time, options } = harness(false);
    const progress = createProgress(options);
    progress.update('a', 0, 10);
    time.seconds += 60;
    progress.update('a', 9, 10);
    progress.finish();
    expect(written).toEqual([]);
  });
});

describe('formatRate', () => {
  it('keeps three digits of small numbers and whole large ones', () => {
    expect([0.123, 9.999, 45.67, 999.5, 12345.6].map(formatRate)).toEqual([
      '0.12',
      '10.00',
      '45.7',
      '1,000',
      '12,346',
    ]);
  });
});
