import { build } from '../../scripts/build.js';

/** Builds the bin from the working tree once, before any test runs. */
export async function setup(): Promise<void> {
  await build();
}
