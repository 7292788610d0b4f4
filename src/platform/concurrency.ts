/** Runs `body` for each item, at most `limit` at a time. p-map does the same in twenty times the code. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await body(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
