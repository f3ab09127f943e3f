/** Is what points share kept within bounds, so that memory does not grow with their number? */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Remembered } from '../../src/explore/remembered.ts';

test('what was not asked for longest is made again, all else is not', () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 40 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 4 }), (asked, most) => {
      const remembered = new Remembered<string>(most);
      asked.forEach((key, i) => {
        let made = false;
        const value = remembered.get(key, () => {
          made = true;
          return `made ${key}`;
        });
        expect(value).toBe(`made ${key}`);
        const since = asked.slice(asked.lastIndexOf(key, i - 1) + 1, i);
        const known = i > 0 && asked.lastIndexOf(key, i - 1) >= 0 && new Set(since).size < most;
        expect(made).toBe(!known);
      });
    }),
  );
});
