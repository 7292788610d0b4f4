import Big from 'big.js';
import { isRecord } from '../../platform/record.ts';
import { jsonNumber } from '../account.ts';
import { tokenize } from '../chat/request.ts';
import { type Answer, invalid, type Json, json, parseObject, text } from '../http.ts';
import { unixSeconds } from '../ids.ts';
import type { Asked } from '../state.ts';
import { knownKey } from './account.ts';

/** USD per million tokens for any model, because the catalog of the sandbox has no models of these kinds. */
const pricePerMillion = new Big('0.02');

/** `POST /embeddings` */
export function embeddings(asked: Asked): Answer {
  const body = parseObject(asked.call.body);
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  const { usage } = paid(asked, body, inputs.map(String).join(' '));
  const data = inputs.map((_, index) => ({
    object: 'embedding',
    index,
    embedding: [0.1, 0.2, 0.3],
  }));
  return json({ object: 'list', data, model: modelOf(body), usage });
}

/** `POST /rerank` */
export function rerank(asked: Asked): Answer {
  const body = parseObject(asked.call.body);
  const documents = Array.isArray(body.documents) ? body.documents : [];
  const { usage } = paid(asked, body, JSON.stringify(documents));
  const results = documents.map((document: unknown, index) => ({
    index,
    relevance_score: 1 / (index + 1),
    document: isRecord(document) ? document : { text: String(document) },
  }));
  const { cost, total_tokens } = usage;
  return json({ model: modelOf(body), results, usage: { cost, total_tokens, search_units: 1 } });
}

/** `POST /audio/speech`: the response is audio, so only `/generation` has its cost. */
export function speech(asked: Asked): Answer {
  const body = parseObject(asked.call.body);
  const { id } = paid(asked, body, String(body.input ?? ''));
  return text('ID3 sound of the sandbox', 'audio/mpeg', { headers: { 'x-generation-id': id } });
}

/** `POST /audio/transcriptions`, as JSON or as a form. */
export function transcriptions(asked: Asked): Answer {
  const { call } = asked;
  const isForm = /^multipart\/form-data/i.test(call.headers['content-type'] ?? '');
  const field = /name="model"\r\n\r\n([^\r\n]*)/.exec(call.body)?.[1];
  const body = isForm ? { model: field } : parseObject(call.body);
  const { usage } = paid(asked, body, 'pong');
  const { cost, total_tokens } = usage;
  return json({ text: 'pong', usage: { cost, total_tokens, seconds: 1 } });
}

/** `POST /images` */
export function images(asked: Asked): Answer {
  const body = parseObject(asked.call.body);
  const { usage } = paid(asked, body, String(body.prompt ?? ''));
  const b64_json = Buffer.from('a picture of the sandbox').toString('base64');
  const created = unixSeconds(asked.state.clock.now());
  return json({ created, data: [{ b64_json, media_type: 'image/png' }], usage });
}

function modelOf({ model }: Json): string {
  if (typeof model === 'string' && model !== '') return model;
  throw invalid('model: expected a string');
}

/** Charges for the input text. */
function paid({ state, key, noteModel }: Asked, body: Json, read: string) {
  const model = modelOf(body);
  noteModel(model);
  const [at, payer] = [state.clock.now(), knownKey(key)];
  const promptTokens = tokenize(read).length;
  const cost = pricePerMillion.times(promptTokens).div(1_000_000);
  const id = state.ids.generation(at);
  const provider = 'OpenAI';
  const shared = { at, key: payer.value, model, provider, promptTokens, completionTokens: 0 };
  state.account.charge({ ...shared, cost, free: false });
  state.generations.set(id, {
    ...shared,
    id,
    costUsd: jsonNumber(cost),
    finishReason: 'stop',
    streamed: false,
    latencyMs: state.latencyMs,
    httpReferer: null,
  });
  const tokens = { prompt_tokens: promptTokens, completion_tokens: 0, total_tokens: promptTokens };
  return { id, usage: { ...tokens, cost: jsonNumber(cost) } };
}
