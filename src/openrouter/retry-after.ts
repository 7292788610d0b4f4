/**
 * How long the server asks to wait, in milliseconds from now; null when it does not say. `Retry-After` is a number of
 * seconds or an HTTP date (RFC 9110, 10.2.3), relative to the server's own `Date`. A 429 without it may
 * have `X-RateLimit-Reset`, in milliseconds since 1970 (OpenRouter's page "Limits"), or in seconds as others have it.
 */
export function retryAfterOf(
  status: number,
  headers: { get(name: string): string | null },
  now: Date,
): number | null {
  const serverNow = dateMs(headers.get('date')) ?? now.getTime();
  const retryAfter = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Math.ceil(Number(retryAfter) * 1000);
  const until =
    dateMs(retryAfter) ?? (status === 429 ? resetMs(headers.get('x-ratelimit-reset')) : null);
  return until === null ? null : Math.max(0, until - serverNow);
}

function resetMs(header: string | null): number | null {
  const reset = header?.trim() ?? '';
  if (/^\d{10}(\.\d+)?$/.test(reset)) return Math.ceil(Number(reset) * 1000);
  return /^\d{13}$/.test(reset) ? Number(reset) : null;
}

// Date.parse accepts nearly anything, including "-1" and "12"; an HTTP date has letters.
function dateMs(text: string | null): number | null {
  if (text === null || !/[a-z]{3}/i.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
