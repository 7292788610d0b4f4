import type { Served } from '../chat/served.ts';
import type { Answer, ApiError, Json } from '../http.ts';

/** One of the forms in which models are asked and answer. */
export interface Format {
  readonly path: string;
  /** The body as `/chat/completions` has it. */
  toChat(body: Json): Json;
  plain(served: Served): Answer;
  streamed(served: Served): Answer;
  /** An answer that ends with an error after its first tokens. */
  broken(served: Served, error: ApiError, stream: boolean): Answer;
  error(error: ApiError, status?: number): Answer;
}

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An event with its type as name. */
export function named(event: Json): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}`;
}
