import { readJson, shaped } from '../openrouter/answer.ts';
import { createDraft } from '../openrouter/chat-draft.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { chatAnswer, choiceError } from '../openrouter/chat-shapes.ts';
import { failureFromBody } from '../openrouter/error-body.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Redactor } from '../text/redact.ts';
import type { RequestSlot } from './limits.ts';
import type { Credential } from './live-setup.ts';
import { redacted, redactedBody } from './stream-redactor.ts';
import { exchangeOf, readBody, type UpstreamAnswer } from './upstream.ts';

/** An answer that was read whole before a byte of it went on. */
export interface BufferedAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** As they came, but for the key where they quote it. */
  readonly bytes: Buffer;
}

export interface Received {
  readonly reply: ChatReply;
  /** Null where nothing came that a client could use. */
  readonly buffered: BufferedAnswer | null;
}

/** Reads an answer that is no stream. Throws CancelError. */
export async function receiveBuffered(
  answer: UpstreamAnswer,
  { reader, forClients }: Pick<Credential, 'reader' | 'forClients'>,
  elapsedMs: () => number,
  slot: RequestSlot,
): Promise<Received> {
  const draft = createDraft(elapsedMs);
  draft.status(answer.status);
  let buffered: BufferedAnswer | null = null;
  try {
    const bytes = await readBody(answer, slot);
    buffered = { status: answer.status, rawHeaders: answer.rawHeaders, bytes };
    const said = shaped(reader, chatAnswer, await readJson(reader, exchangeOf(answer, bytes)));
    draft.take(said);
    const error = choiceError(said);
    if (error === null) {
      const shown = await redactedBody(forClients, bytes);
      return { reply: draft.answered(), buffered: { ...buffered, bytes: shown } };
    }
    const failure = failureFromBody(
      { error },
      {
        kind: 'http',
        status: answer.status,
        retryAfterMs: null,
        redactor: reader.redactor,
      },
    );
    return {
      reply: draft.failed(failure, false),
      buffered: withoutKey(forClients, buffered, slot),
    };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { failure } = error;
    return {
      reply: draft.failed(failure, false),
      buffered: failure.kind === 'garbled' ? null : withoutKey(forClients, buffered, slot),
    };
  }
}

/** An error may quote what was sent, and the key is not the client's. One of megabytes is replaced by our own words. */
function withoutKey(
  redactor: Redactor,
  answer: BufferedAnswer | null,
  { limits }: RequestSlot,
): BufferedAnswer | null {
  if (answer === null || answer.bytes.length > limits.smallAnswerBytes) return null;
  return { ...answer, bytes: redacted(redactor, answer.bytes) };
}
