import * as v from 'valibot';
import type { Client } from './client.ts';
import { nullWithoutManagementKey } from './management.ts';
import * as shape from './shapes.ts';

/** What one model at one provider was used for in one UTC day. */
export interface ActivityRow {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly model: string;
  readonly provider: string | null;
  /** Decimal string. */
  readonly usd: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/**
 * The last 30 completed UTC days, or one of them (`YYYY-MM-DD`); today is never in it. Null when it needs a
 * management key and this is none.
 */
export async function activity(
  client: Client,
  options: { readonly date?: string } = {},
): Promise<ActivityRow[] | null> {
  const query = options.date === undefined ? {} : { date: options.date };
  const said = await nullWithoutManagementKey(client.request({ path: '/activity', query }, answer));
  return said === null ? null : said.data;
}

const row = v.pipe(
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
    (said): ActivityRow => ({
      // Documented as a date, seen with a time behind it.
      date: said.date.slice(0, 10),
      model: said.model,
      provider: said.provider_name,
      usd: said.usage,
      requests: said.requests ?? 0,
      promptTokens: said.prompt_tokens ?? 0,
      completionTokens: said.completion_tokens ?? 0,
    }),
  ),
);

const answer = v.object({ data: shape.rows(row) });
