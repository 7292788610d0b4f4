import { readJson, shaped } from '../openrouter/answer.ts';
import { failedReply } from '../openrouter/chat.ts';
import { createDraft } from '../openrouter/chat-draft.ts';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { chatAnswer } from '../openrouter/chat-shapes.ts';
import { failureFromBody } from '../openrouter/error-body.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Redactor } from '../text/redact.ts';
import type { Credential } from './live-setup.ts';
import { readWhole } from './read-whole.ts';
import type { Stay } from './room.ts';
import { redacted, redactedWhole } from './stream-redactor.ts';
import { exchangeOf, type UpstreamAnswer } from './upstream.ts';

/** An answer that was read whole before a byte of it went on. */
export interface WholeAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  /** As they came, but for the key where they quote it. */
  readonly bytes: Buffer;
}

export interface Received {
  readonly reply: ChatReply;
  /** Null where nothing came that a client could use. */
  readonly whole: WholeAnswer | null;
}

/** Reads an answer that is no stream. Throws CancelError. */
export async function receiveWhole(
  answer: UpstreamAnswer,
  { reader, forClients }: Pick<Credential, 'reader' | 'forClients'>,
  elapsedMs: () => number,
  stay: Stay,
): Promise<Received> {
  const draft = createDraft(elapsedMs);
  draft.status(answer.status);
  let whole: WholeAnswer | null = null;
  try {
    const bytes = await readWhole(answer, stay);
    whole = { status: answer.status, rawHeaders: answer.rawHeaders, bytes };
    const said = shaped(reader, chatAnswer, await readJson(reader, exchangeOf(answer, bytes)));
    draft.take(said);
    const failed = said.choices.find(
      (choice) => choice.error !== null || choice.finish_reason === 'error',
    );
    if (failed === undefined) {
      const shown = await redactedWhole(forClients, bytes);
      return { reply: draft.answered(), whole: { ...whole, bytes: shown } };
    }
    const body = {
      error: failed.error ?? { code: 502, message: 'The provider ended the answer with an error' },
    };
    const failure = failureFromBody(body, {
      kind: 'http',
      status: answer.status,
      retryAfterMs: null,
      redactor: reader.redactor,
    });
    return { reply: draft.failed(failure, false), whole: hiding(forClients, whole, stay) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { failure } = error;
    return {
      reply: draft.failed(failure, false),
      whole: failure.kind === 'garbled' || whole === null ? null : hiding(forClients, whole, stay),
    };
  }
}

/** An error may quote what was sent, and the key is not the client's. One of megabytes is told in our own words. */
function hiding(redactor: Redactor, whole: WholeAnswer, { limits }: Stay): WholeAnswer | null {
  if (whole.bytes.length > limits.smallAnswerBytes) return null;
  return { ...whole, bytes: redacted(redactor, whole.bytes) };
}

/** What it means that no answer came at all. Throws what is no failure of the wire. */
export function notReceived(error: unknown): Received {
  if (!(error instanceof WireError)) throw error;
  return { reply: failedReply(error.failure), whole: null };
}
