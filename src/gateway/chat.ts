import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerChat, type ChatRequest, type ChatServices } from './chat-request.ts';
import type { GatewayEvent } from './event.ts';
import type { Format } from './formats/format.ts';
import { cutOffWhenStuck } from './http-response.ts';
import { passThrough } from './pass-through.ts';

interface ChatHandlerOptions extends ChatServices {
  /** A call under way for longer than this, in milliseconds, is cut off. */
  readonly longestMs: number;
  readonly onEvent: (event: GatewayEvent) => void;
}

export interface ChatHandler {
  /** Answers a request to a model, and passes any other on; throws only what is a bug. */
  handle(format: Format | null, request: IncomingMessage, response: ServerResponse): Promise<void>;
  inFlight(): number;
  /** Of those in flight, the ones that still wait for their answer. */
  unanswered(): number;
  /** Done when nothing is under way; after `graceMs` what is left is cut off. */
  drain(graceMs: number): Promise<void>;
}

interface Running {
  readonly startedMs: number;
  readonly connection: AbortController;
  readonly response: ServerResponse;
  /** Called when the client has the whole answer, or has gone. */
  delivered: () => void;
}

export function createChatHandler(options: ChatHandlerOptions): ChatHandler {
  const { clock, onEvent, longestMs } = options;
  const running = new Set<Running>();
  const connections = new WeakMap<Socket, AbortController>();
  const deliveries = createDeliveries();
  let unanswered = 0;
  let draining = false;
  let whenIdle: () => void = () => undefined;

  async function handle(
    format: Format | null,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const startedMs = clock.monotonic();
    const connection = connectionOf(request.socket);
    const run: Running = { startedMs, connection, response, delivered() {} };
    running.add(run);
    unanswered += 1;
    cutOffOld(startedMs);
    if (draining) response.setHeader('connection', 'close');
    const elapsedMs = () => Math.round(clock.monotonic() - startedMs);
    const { signal } = connection;
    let isAnswered = false;
    const chat: ChatRequest = {
      request,
      response,
      signal,
      elapsedMs,
      slot: null,
      body: null,
      target: null,
    };
    try {
      const answered =
        format === null ? passThrough(options, chat) : answerChat(options, format, chat);
      onEvent(await answered);
      unanswered -= 1;
      isAnswered = true;
      await deliveries.end(run);
    } finally {
      if (!isAnswered) unanswered -= 1;
      running.delete(run);
      chat.slot?.release();
      if (running.size === 0) whenIdle();
    }
  }

  // One for each connection: a client that leaves takes its connection along, and one for each request costs more
  // than finding out where the request goes.
  function connectionOf(socket: Socket): AbortController {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection = new AbortController();
    connections.set(socket, connection);
    if (socket.destroyed) connection.abort();
    socket.once('close', () => {
      connection.abort();
      // An answer that waits behind another one on its connection never closes when that ends.
      for (const run of running) if (run.connection === connection) run.delivered();
    });
    return connection;
  }

  // Looked at whenever a request comes: a call that hangs while nothing comes harms nobody.
  function cutOffOld(nowMs: number): void {
    for (const run of running) {
      if (nowMs - run.startedMs <= longestMs) return;
      cutOff(run);
    }
  }

  return {
    handle,
    inFlight: () => running.size,
    unanswered: () => unanswered,
    async drain(graceMs) {
      draining = true;
      if (running.size === 0) return;
      const idle = new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
      const timer = new AbortController();
      const late = clock.sleep(graceMs, timer.signal).catch(() => undefined);
      await Promise.race([idle, late]);
      timer.abort();
      for (const run of running) cutOff(run);
      if (running.size > 0) await idle;
    },
  };
}

function cutOff({ connection, response }: Running): void {
  connection.abort();
  response.destroy();
}

/** How often it is looked for answers that take long to be delivered, in milliseconds. */
const slowMs = 10_000;

/** Answers on their way to their clients. Most have arrived before it would be worth setting a timer for each. */
function createDeliveries() {
  const fresh = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | null = null;

  function check(): void {
    for (const response of fresh) cutOffWhenStuck(response);
    if (fresh.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
    fresh.clear();
  }

  return {
    /** Resolves when the client has the whole answer, or has gone. */
    end(run: Running): Promise<void> | void {
      const { response, connection } = run;
      if (response.writableFinished || connection.signal.aborted) return;
      fresh.add(response);
      timer ??= setInterval(check, slowMs).unref();
      return new Promise((resolve) => {
        run.delivered = () => {
          fresh.delete(response);
          resolve();
        };
        response.once('close', run.delivered);
      });
    },
  };
}
