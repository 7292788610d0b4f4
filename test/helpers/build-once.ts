import { build } from '../../scripts/build.js';

/** The bin under test is the one in the tree: built once before any test runs. */
export async function setup(): Promise<void> {
  await build();
}
