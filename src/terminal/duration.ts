/** `412 ms` below a second, `1.4 s` above. */
export function durationWords(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : secondsWords(ms);
}

export function secondsWords(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
