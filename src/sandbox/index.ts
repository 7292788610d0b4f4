export type { FaultName } from './faults.ts';
export { faultNames, parseFaults } from './faults.ts';
export type { SandboxOptions } from './options.ts';
export type { Sandbox } from './server.ts';
export { startSandbox } from './server.ts';
