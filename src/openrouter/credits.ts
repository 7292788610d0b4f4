import * as v from 'valibot';
import type { Client } from './client.ts';
import { nullWithoutManagementKey } from './management.ts';
import * as shape from './shapes.ts';

/** Of the whole account, in USD as decimal strings. */
export interface Credits {
  readonly totalCredits: string;
  readonly totalUsage: string;
}

/** Null when it needs a management key and this is none. */
export async function credits(client: Client): Promise<Credits | null> {
  const said = await nullWithoutManagementKey(client.request({ path: '/credits' }, answer));
  if (said === null) return null;
  return { totalCredits: said.data.total_credits, totalUsage: said.data.total_usage };
}

const answer = v.object({
  data: v.object({ total_credits: shape.requiredMoney, total_usage: shape.requiredMoney }),
});
