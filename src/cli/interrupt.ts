/** Ctrl-C of commands that end in an orderly way when asked once, and at once when asked twice. */

/** Exit status of a run that was interrupted, as shells report SIGINT. */
export const EXIT_INTERRUPTED = 130;

export interface Interrupt {
  /** Whether SIGINT or SIGTERM has come. */
  readonly stopped: () => boolean;
  /** Leaves the signals to whoever is next. */
  finish(): void;
}

/** @param onFirst hears the first signal; the second ends the process */
export function watchInterrupts(onFirst: () => void): Interrupt {
  let stopped = false;
  const onInterrupt = (): void => {
    if (stopped) process.exit(EXIT_INTERRUPTED);
    stopped = true;
    onFirst();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  return {
    stopped: () => stopped,
    finish: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onInterrupt);
    },
  };
}
