/**
 * The price of one toggled bit, from the price of the whole action: dynamic energy is taken to be in proportion to the bits
 * that toggle at the action's output, and the table's price to be that of an average activity, which the rows `toggle` state.
 *
 *   toggled bit of an adder or a selection   price ÷ (bits of its width × average part of them that toggles)
 *   of a flip-flop                           (1 − clock share) × price ÷ (bits × average part)
 *   a clocked flip-flop that keeps its value clock share × price
 *
 * At the average activity this is the table's price again. INACCURACY: proportion to output bits; glitches inside an adder
 * are taken to follow them, and a selection's inverter and the carries of an adder have no count of their own.
 */
import { TritsimError } from '../errors/error.ts';
import type { Action } from '../sim/ledger.ts';
import { derivePrice, figure, priceOfRow, type Price } from './price.ts';
import { TOGGLING } from './row.ts';
import { plainPrice, rowsFor, type PriceTable } from './table.ts';

/** Width of the formats whose additions are followed, bits. */
const FORMAT_BITS = { int4: 4, int8: 8, fp16: 16, bf16: 16, fp32: 32 } as const;

/** @param whole price of the action. @throws PRICE_MISSING */
export function togglePrice(table: PriceTable, action: Action, whole: Price): Price {
  const width = widthOf(action);
  const spread = spreadOf(table, action.type);
  const text = `${figure(whole.amount)} (${whole.derivation}) / ${width} bit × ${figure(spread.amount)} bits of width for a toggled one`;
  if (action.type !== 'register') {
    return derivePrice([whole, spread], ([price, bits]) => (price! * bits!) / width, text, 'assumed');
  }
  const data = restOf(plainPrice(table, 'register-clock-share'));
  return derivePrice(
    [whole, spread, data],
    ([price, bits, share]) => (share! * price! * bits!) / width,
    `${text} × ${figure(data.amount)} (without the share of the clock)`,
    'assumed',
  );
}

/** What a flip-flop takes at every clock, whatever its value does. @param whole price of clocking it. @throws PRICE_MISSING */
export function stillPrice(table: PriceTable, whole: Price): Price {
  const share = plainPrice(table, 'register-clock-share');
  const text = `${figure(share.amount)} × ${figure(whole.amount)} (${whole.derivation})`;
  return derivePrice([whole, share], ([price, clock]) => price! * clock!, text, 'assumed');
}

/** One less a share: low where the share is high. */
function restOf(share: Price): Price {
  return { ...share, amount: 1 - share.amount, low: 1 - share.high, high: 1 - share.low };
}

function spreadOf(table: PriceTable, type: Action['type']): Price {
  const row = rowsFor(table, 'toggle').find((each) => each.of === type);
  if (row !== undefined) return priceOfRow(row);
  throw new TritsimError('PRICE_MISSING', `the table does not say how much a toggled bit of ${type} costs`, {
    place: `prices ${table.name}`,
    allowed: TOGGLING,
  });
}

function widthOf(action: Action): number {
  if ('bits' in action) return action.bits;
  return 'format' in action ? FORMAT_BITS[action.format] : 1;
}
