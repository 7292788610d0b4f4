import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import { ApiError } from './reply.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The body as an object; throws the 400 that OpenRouter gives for anything else. */
export function parseObject(body: string): Json {
  const value = parsed(body);
  if (isRecord(value)) return value;
  throw invalid('the body is not a JSON object');
}

export function invalid(detail: string): ApiError {
  return new ApiError(400, `Invalid request parameters: ${detail}`, {
    errorType: 'invalid_request',
  });
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
