import type { Io } from '../platform/deps.ts';

/** Says on stderr what is being done; a spinner on a terminal, silence in a pipe and on a dumb terminal. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

const silence: Progress = { update: () => {}, stop: () => {} };

/** Starts to show progress; ora is loaded, and written to, only on a terminal (it would print into a pipe). */
export async function startProgress(io: Io, text: string): Promise<Progress> {
  if (!io.stderr.isTty) return silence;
  const { default: ora } = await import('ora');
  const spinner = ora({
    text: io.mask(text),
    // Not `indent`: it leaves the cursor there, and the next line of output starts too far right.
    prefixText: ' ',
    discardStdin: false,
    ...(io.stderr.unicode ? {} : { spinner: 'line' as const }),
    ...(io.stderr.color ? {} : { color: false as const }),
  });
  // Without a cursor to move, on a dumb terminal or in CI, it would print every text on a new line.
  if (!spinner.isEnabled) return silence;
  spinner.start();
  return {
    update(next) {
      spinner.text = io.mask(next);
    },
    stop: () => void spinner.stop(),
  };
}

/** Runs `body` with a progress line, which is removed afterwards however it ended. */
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
