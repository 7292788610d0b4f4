/** A part of a bar narrower than one cell, in eighths: index 1 is one eighth. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export interface BarOptions {
  /** Cells that the whole is drawn in. */
  readonly width: number;
  /** Eighths of a block, or `#` where only ASCII can be shown. */
  readonly unicode: boolean;
}

/**
 * A bar of `share` (0 to 1; more is drawn as 1) of `width` cells, without trailing space. What is there is seen: a
 * share above 0 has at least its smallest mark, and only a whole share fills the width.
 */
export function bar(share: number, { width, unicode }: BarOptions): string {
  const steps = unicode ? eighths.length : 1;
  const whole = width * steps;
  const filled = share >= 1 ? whole : Math.min(whole - 1, Math.floor(share * whole));
  const count = share > 0 ? Math.max(1, filled) : 0;
  const rest = eighths[count % steps] ?? '';
  return (unicode ? '█' : '#').repeat(Math.floor(count / steps)) + rest;
}

/** A bar with the rest of its way drawn behind it, always `width` cells wide. */
export function gauge(share: number, options: BarOptions): { filled: string; rest: string } {
  const filled = bar(share, options);
  return {
    filled,
    rest: (options.unicode ? '░' : '.').repeat(options.width - filled.length),
  };
}
