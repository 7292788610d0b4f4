/**
 * Removes one item from a list, if it is there.
 *
 * What comes and goes with every request is kept in lists instead of sets. A set that grows or shrinks moves to a new
 * table, and its old table refers to the new one. As soon as one of them is in V8's old generation, all later ones are
 * kept until the next full collection, and with them every request that was ever in the set.
 */
export function removeFrom<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}
