/**
 * The one face of everything that the stepper moves. At an edge of its clock a component first commits: what it worked
 * out in the cycle that ends becomes visible. When all have committed it evaluates the cycle that begins, from what the
 * others have committed. So nothing depends on the order in which components are visited.
 */
export interface Component {
  /** Makes the results of the last evaluation visible. */
  commit(): void;
  /** Works through one cycle. May read what others have committed; may change nothing that they can see. */
  evaluate(): void;
}
