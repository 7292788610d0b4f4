import { type ApiKey, jsonNumber } from '../account.ts';
import { isFree } from '../catalog.ts';
import { answerTo, type ChatAnswer, emptyAnswer, type Served } from '../chat/answer.ts';
import { billFor, noBill, promptTokensOf } from '../chat/bill.ts';
import { cachedPrompt } from '../chat/cache.ts';
import { misbehave } from '../chat/misbehave.ts';
import { type ChatRequest, parseChatRequest } from '../chat/request.ts';
import { type Chosen, chooseEndpoint } from '../chat/route.ts';
import type { Fault } from '../faults.ts';
import { chatFormat, type Format } from '../formats/format.ts';
import { messagesFormat } from '../formats/messages.ts';
import { responsesFormat } from '../formats/responses.ts';
import { ApiError, parseObject, type Reply } from '../http.ts';
import type { Asked, State } from '../state.ts';
import { knownKey } from './account.ts';

/** Answers a request to a model, plain or as a stream, or applies the next fault for that model. */
export function chat({ state, call, key, noteModel }: Asked): Reply {
  const format = formatAt(call.path);
  const request = parseChatRequest(format.toChat(parseObject(call.body)));
  noteModel(request.model);
  const payer = knownKey(key);
  const fault = state.faults.take(request.model);
  if (fault !== null && fault.name !== 'slow') {
    return misbehave(fault.name, fault.value, request, format, () =>
      serveUnpaid(state, payer, request),
    );
  }
  const served = serve(state, payer, request);
  const referer = call.headers.referer ?? null;
  keep(state, payer, request, served, latency(state, fault), referer);
  const answer = request.stream ? format.streamed(served) : format.plain(served);
  return { ...answer, delayMs: latency(state, fault) };
}

function latency(state: State, fault: Fault | null): number {
  return state.latencyMs + (fault?.value ?? 0);
}

function serve(state: State, key: ApiKey, request: ChatRequest): Served {
  const chosen = chooseEndpoint(state, key, request);
  checkContext(chosen, request, promptTokensOf(request, chosen.model));
  const answer = answerTo(request, chosen.model);
  const at = state.clock.now();
  const place = `${chosen.model.id} ${chosen.endpoint.tag}`;
  const cached = cachedPrompt(state.promptCache, request, { model: chosen.model, place }, at);
  const bill = billFor(request, chosen, answer.completionTokens, cached, at);
  return stamped(state, chosen, answer, bill);
}

/** An answer that is not charged, of which a fault may send the beginning. */
function serveUnpaid(
  state: State,
  key: ApiKey,
  request: ChatRequest,
): { whole: Served; empty: Served } {
  const chosen = chooseEndpoint(state, key, request);
  const whole = stamped(state, chosen, answerTo(request, chosen.model), noBill());
  return { whole, empty: { ...whole, answer: emptyAnswer } };
}

function stamped(state: State, chosen: Chosen, answer: ChatAnswer, bill: Served['bill']): Served {
  const at = state.clock.now();
  return { id: state.ids.generation(at), at, chosen, answer, bill };
}

function checkContext({ model }: Chosen, request: ChatRequest, promptTokens: number): void {
  const requested = promptTokens + (request.maxTokens ?? 0);
  if (requested <= model.contextLength) return;
  throw new ApiError(
    400,
    `This endpoint's maximum context length is ${model.contextLength} tokens. You requested about ${requested} tokens.`,
    { errorType: 'context_length_exceeded' },
  );
}

function keep(
  state: State,
  key: ApiKey,
  request: ChatRequest,
  served: Served,
  latencyMs: number,
  httpReferer: string | null,
): void {
  const { id, at, chosen, answer, bill } = served;
  const model = chosen.model.id;
  const provider = chosen.endpoint.provider.name;
  const { promptTokens, completionTokens, cost } = bill;
  state.account.charge({
    at,
    key: key.value,
    model,
    provider,
    cost,
    free: isFree(chosen.model),
    promptTokens,
    completionTokens,
  });
  state.generations.set(id, {
    id,
    key: key.value,
    at,
    model,
    provider,
    costUsd: jsonNumber(cost),
    promptTokens,
    completionTokens,
    finishReason: answer.finishReason,
    streamed: request.stream,
    latencyMs,
    httpReferer,
  });
}

/** THE LIST of formats. Add the next endpoint here. */
export const formats: readonly Format[] = [chatFormat, responsesFormat, messagesFormat];

export function formatAt(path: string): Format {
  return formats.find((format) => path.endsWith(format.path)) ?? chatFormat;
}
