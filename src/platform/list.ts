/**
 * Removes one item from a list, if it is there. Iterate over a copy of the list if an item might remove itself.
 *
 * Requests in flight are in lists and not in sets. A set that grows or shrinks moves to a new table, and its old table
 * keeps what it held and a reference to the new one. As soon as one table is in V8's old generation, all later tables
 * and the requests in them are kept until the next full collection.
 */
export function removeFrom<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}

/** Adds the items at the end. Given as arguments of `push`, a hundred thousand of them overflow the stack. */
export function appendTo<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
