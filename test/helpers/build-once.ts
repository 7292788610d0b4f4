import { build } from '../../scripts/build.ts';

/** The bin under test is the one in the tree: built once before any test runs. */
export async function setup(): Promise<void> {
  await build();
}
