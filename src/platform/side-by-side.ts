/** Runs `body` for each item, at most `width` of them at a time. p-map does the same in twenty times the code. */
export async function eachSideBySide<T>(
  items: readonly T[],
  width: number,
  body: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await body(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
