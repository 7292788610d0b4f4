import type { Io } from '../platform/deps.ts';

/** Reports progress on stderr: a spinner on a terminal, nothing in a pipe or on a dumb terminal. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

const silence: Progress = { update: () => {}, stop: () => {} };

/** Starts a progress display. ora is loaded only on a terminal, because it would print into a pipe. */
export async function startProgress(io: Io, text: string): Promise<Progress> {
  if (!io.stderr.isTty) return silence;
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: io.mask(text),
    // Not `indent`, which leaves the cursor indented, so the next line of output would start too far right.
    prefixText: ' ',
    discardStdin: false,
    ...(io.stderr.unicode ? {} : { spinner: 'line' as const }),
    ...(io.stderr.color ? {} : { color: false as const }),
  });
  // On a dumb terminal or in CI, ora would print every update on a new line.
  if (!spinner.isEnabled) return silence;
  spinner.start();
  return {
    update(next) {
      spinner.text = io.mask(next);
    },
    stop: () => void spinner.stop(),
  };
}

/** Runs `body` with a progress display, which is removed afterwards even on failure. */
export async function withProgress<T>(
  io: Io,
  text: string,
  body: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = await startProgress(io, text);
  try {
    return await body(progress);
  } finally {
    progress.stop();
  }
}
