/** What keeps the data of a page small: each text once, numbers of nine digits. */
const DIGITS = 9;

/** Index into `Texts.all`. */
export type TextIndex = number;

export class Texts {
  readonly all: string[] = [];
  readonly #index = new Map<string, number>();

  of(text: string): TextIndex {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.all.push(text) - 1;
      this.#index.set(text, index);
    }
    return index;
  }
}

/** The number without digits that nobody reads. */
export function short(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(DIGITS));
}
