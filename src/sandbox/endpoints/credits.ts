import { jsonNumber } from '../account.ts';
import type { Answer } from '../reply.ts';
import { json } from '../reply.ts';
import type { Asked } from '../state.ts';

/** `GET /credits`, with a management key. */
export function credits({ state }: Asked): Answer {
  return json({
    data: {
      total_credits: jsonNumber(state.account.credits),
      total_usage: jsonNumber(state.account.totalUsage()),
    },
  });
}
