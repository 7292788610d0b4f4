import type { LogFormat } from './log.ts';

export interface RawOptions {
  readonly port: number;
  readonly host: string;
  readonly tokenEnv?: string;
  readonly entry?: string;
  readonly ledger?: string;
  readonly onAlert?: string;
  readonly log: LogFormat;
  readonly install?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}
