import Big from 'big.js';
import { jsonNumber } from '../account.ts';
import { hashUuid } from '../ids.ts';
import type { UseRow } from '../past-use.ts';
import { pastUse } from '../past-use.ts';
import type { Answer } from '../reply.ts';
import { ApiError, json } from '../reply.ts';
import type { Asked, State } from '../state.ts';
import { utcDate } from '../windows.ts';

const dayMs = 86_400_000;

/** `GET /activity`, with a management key: the last 30 completed UTC days, newest first. */
export function activity({ state, call }: Asked): Answer {
  const today = Date.parse(utcDate(state.clock.now()));
  const days = Array.from({ length: 30 }, (_, index) =>
    utcDate(new Date(today - (index + 1) * dayMs)),
  );
  const date = call.query.get('date');
  if (date !== null && !days.includes(date)) {
    throw new ApiError(400, 'Date must be one of the last 30 completed UTC days, as YYYY-MM-DD', {
      errorType: 'invalid_request',
    });
  }
  const rows = days
    .filter((day) => date === null || day === date)
    .flatMap((day) => [...pastUse(state, day), ...chargesOn(state, day)]);
  return json({ data: rows.map(activityBody) });
}

function chargesOn({ account }: State, day: string): UseRow[] {
  const rows = new Map<string, UseRow>();
  for (const charge of account.charges) {
    if (utcDate(charge.at) !== day) continue;
    const name = `${charge.model} ${charge.provider}`;
    const row = rows.get(name);
    rows.set(name, {
      day,
      model: charge.model,
      provider: charge.provider,
      cost: charge.cost.plus(row?.cost ?? new Big(0)),
      requests: 1 + (row?.requests ?? 0),
      promptTokens: charge.promptTokens + (row?.promptTokens ?? 0),
      completionTokens: charge.completionTokens + (row?.completionTokens ?? 0),
    });
  }
  return [...rows.values()];
}

function activityBody(row: UseRow): Record<string, unknown> {
  return {
    date: row.day,
    model: row.model,
    model_permaslug: row.model.replace(/:.*/, ''),
    endpoint_id: hashUuid(`${row.model} ${row.provider}`),
    provider_name: row.provider,
    usage: jsonNumber(row.cost),
    byok_usage_inference: 0,
    requests: row.requests,
    prompt_tokens: row.promptTokens,
    completion_tokens: row.completionTokens,
    reasoning_tokens: 0,
  };
}
