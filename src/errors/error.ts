/**
 * The one error type of the project. Every refusal carries a stable code, the place it was found in, and, where a
 * name was misspelt, the nearest valid one, so that a script can branch on the code and a person can mend the file.
 */
export interface ErrorDetails {
  /** File, tensor, option or path inside a document, outermost first: `edge.yaml: array.inputs`. */
  readonly place?: string;
  /** What was found there. */
  readonly found?: string;
  /** What would have been accepted. */
  readonly allowed?: readonly string[];
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Stable error codes are `AREA_WHAT` in capitals, for example `TRACE_TRUNCATED`; once released they don't change. */
export class TritsimError extends Error {
  override readonly name = 'TritsimError';
  readonly code: string;
  /** What is wrong, without place and details; `message` has them. */
  readonly summary: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(render(message, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.summary = message;
    this.details = details;
  }

  /** The same error, found at `place`: for a caller that knows the file that a value came from. */
  at(place: string): TritsimError {
    return new TritsimError(this.code, this.summary, { ...this.details, place });
  }
}

function render(message: string, { place, found, allowed, hint }: ErrorDetails): string {
  let text = place === undefined ? message : `${place}: ${message}`;
  if (found !== undefined) text += ` (found ${found})`;
  if (allowed !== undefined && allowed.length > 0) text += `; allowed: ${allowed.join(', ')}`;
  return hint === undefined ? text : `${text}. ${hint}`;
}
