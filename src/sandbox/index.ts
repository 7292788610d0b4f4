export type { UsageSeed } from './account.ts';
export type { SandboxModel } from './catalogue.ts';
export type { Fault, FaultName } from './faults.ts';
export { faultNames, formatFaults, parseFaults, resolveRoles } from './faults.ts';
export type { SandboxOptions } from './options.ts';
export type { RequestRecord, Sandbox } from './server.ts';
export { startSandbox } from './server.ts';
