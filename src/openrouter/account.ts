import * as v from 'valibot';
import type { Client } from './client.ts';
import * as shape from './shapes.ts';
import { WireError } from './wire-error.ts';

/** The usage of one model at one provider on one UTC day. */
export interface ActivityRow {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly model: string;
  readonly provider: string | null;
  /** USD, a decimal string. */
  readonly usd: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The last 30 completed UTC days, never today. Null if the key is not a management key. */
export async function activity(client: Client): Promise<ActivityRow[] | null> {
  const answer = await nullWithoutManagementKey(
    client.request({ path: '/activity' }, activityAnswer),
  );
  return answer === null ? null : answer.data;
}

const activityRow = v.pipe(
  v.object({
    date: shape.requiredText,
    model: shape.requiredText,
    provider_name: shape.text,
    usage: shape.requiredMoney,
    requests: shape.number,
    prompt_tokens: shape.number,
    completion_tokens: shape.number,
  }),
  v.transform(
    (row): ActivityRow => ({
      // Documented as a date, but observed with a time after it.
      date: row.date.slice(0, 10),
      model: row.model,
      provider: row.provider_name,
      usd: row.usage,
      requests: row.requests ?? 0,
      promptTokens: row.prompt_tokens ?? 0,
      completionTokens: row.completion_tokens ?? 0,
    }),
  ),
);

const activityAnswer = v.object({ data: shape.rows(activityRow) });

/** The credits of the whole account, in USD as decimal strings. */
export interface Credits {
  readonly totalCredits: string;
  readonly totalUsage: string;
}

/** Null if the key is not a management key. */
export async function credits(client: Client): Promise<Credits | null> {
  const answer = await nullWithoutManagementKey(
    client.request({ path: '/credits' }, creditsAnswer),
  );
  if (answer === null) return null;
  return { totalCredits: answer.data.total_credits, totalUsage: answer.data.total_usage };
}

const creditsAnswer = v.object({
  data: v.object({ total_credits: shape.requiredMoney, total_usage: shape.requiredMoney }),
});

/** Null if the endpoint refuses the key, since an ordinary key is not a mistake. Rethrows other errors. */
async function nullWithoutManagementKey<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const failure = error instanceof WireError ? error.failure : null;
    const isRefused = failure?.status === 401 || failure?.status === 403;
    if (failure?.kind === 'http' && isRefused) return null;
    throw error;
  }
}
