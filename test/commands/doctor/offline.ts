import type { DoctorOptions } from '../../../src/commands/doctor/run.ts';

/** `doctor --offline`, which fixes nothing. */
export const offline: DoctorOptions = {
  only: [],
  skip: [],
  shownFrom: 'info',
  failsFrom: 'error',
  offline: true,
  timeoutMs: 5000,
  fix: 'no',
};
