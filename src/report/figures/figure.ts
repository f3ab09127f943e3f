/** What every figure module gives: a picture with the numbers that it shows. */
export interface Figure {
  /** File name without extension; also the prefix of every id in the picture. */
  readonly name: string;
  readonly title: string;
  /** Caption: what is shown, how it is scaled, and why. */
  readonly caption: string;
  /** Standalone SVG, no fonts or files fetched. */
  readonly svg: string;
  /** The values drawn, with units in the header. */
  readonly csv: string;
}
