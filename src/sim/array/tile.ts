/** The part of a projection that an array computes in one go: `rows` token rows × `k` inputs × `n` outputs. */
export interface ArrayTile {
  readonly rows: number;
  readonly k: number;
  readonly n: number;
  /** Whether the accumulator buffer already holds partial sums of earlier inputs. */
  readonly accumulate: boolean;
}
