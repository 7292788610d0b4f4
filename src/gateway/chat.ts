import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { removeFrom } from '../platform/list.ts';
import { answerChat, type ChatRequest, type ChatServices } from './chat-request.ts';
import type { GatewayEvent } from './event.ts';
import type { Format } from './formats.ts';
import { cutOffWhenStuck } from './http-response.ts';
import { passThrough } from './pass-through.ts';

interface ChatHandlerOptions extends ChatServices {
  /** Calls that run longer than this, in milliseconds, are cut off. */
  readonly maxRequestMs: number;
  readonly onEvent: (event: GatewayEvent) => void;
}

export interface ChatHandler {
  /** Answers a model request and passes any other request through. Throws only on bugs. */
  handle(format: Format | null, request: IncomingMessage, response: ServerResponse): Promise<void>;
  inFlight(): number;
  /** How many of the requests in flight are still waiting for an answer. */
  unanswered(): number;
  /** Resolves when nothing is in flight; what is left after `graceMs` is cut off. */
  drain(graceMs: number): Promise<void>;
}

interface Running {
  readonly startedMs: number;
  readonly connection: AbortController;
  readonly response: ServerResponse;
  /** Called when the client has the whole answer or has disconnected. */
  delivered: () => void;
}

export function createChatHandler(options: ChatHandlerOptions): ChatHandler {
  const { clock, onEvent, maxRequestMs } = options;
  const running: Running[] = [];
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
    running.push(run);
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
      attempts: null,
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
      removeFrom(running, run);
      chat.slot?.release();
      if (running.length === 0) whenIdle();
    }
  }

  // One controller per connection: a client that leaves closes its connection, and a controller per request costs more
  // than routing the request.
  function connectionOf(socket: Socket): AbortController {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection = new AbortController();
    connections.set(socket, connection);
    if (socket.destroyed) connection.abort();
    socket.once('close', () => {
      connection.abort();
      // A response queued behind another one on the same connection emits no close event when the connection ends.
      for (const run of running) if (run.connection === connection) run.delivered();
    });
    return connection;
  }

  // Checked whenever a request arrives: a hanging call does no harm while there are no others.
  function cutOffOld(nowMs: number): void {
    for (const run of running) {
      if (nowMs - run.startedMs <= maxRequestMs) return;
      cutOff(run);
    }
  }

  return {
    handle,
    inFlight: () => running.length,
    unanswered: () => unanswered,
    async drain(graceMs) {
      draining = true;
      if (running.length === 0) return;
      const idle = new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
      const timer = new AbortController();
      const late = clock.sleep(graceMs, timer.signal).catch(() => undefined);
      await Promise.race([idle, late]);
      timer.abort();
      for (const run of running) cutOff(run);
      if (running.length > 0) await idle;
    },
  };
}

function cutOff({ connection, response }: Running): void {
  connection.abort();
  response.destroy();
}

/** How often to look for slow deliveries, in milliseconds. */
const slowMs = 10_000;

/** Responses being delivered. Most are finished before a timer for each would be worth its cost. */
function createDeliveries() {
  const fresh: ServerResponse[] = [];
  let timer: NodeJS.Timeout | null = null;

  function check(): void {
    const pending = fresh.splice(0);
    for (const response of pending) cutOffWhenStuck(response);
    if (pending.length > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    /** Resolves when the client has the whole answer or has disconnected. */
    end(run: Running): Promise<void> | void {
      const { response, connection } = run;
      if (response.writableFinished || connection.signal.aborted) return;
      fresh.push(response);
      timer ??= setInterval(check, slowMs).unref();
      return new Promise((resolve) => {
        run.delivered = () => {
          removeFrom(fresh, response);
          resolve();
        };
        response.once('close', run.delivered);
      });
    },
  };
}
