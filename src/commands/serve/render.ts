import type { GatewayEvent, RequestEvent } from '../../gateway/event.ts';
import type { Deps } from '../../platform/deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { createStyle, type State, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { jsonText } from '../../text/github.ts';
import type { Listening } from './run.ts';

/** Printed before the log. */
export function renderListening(
  listening: Listening,
  { io, place }: Pick<Deps, 'io' | 'place'>,
): string {
  const style = createStyle(io.stderr);
  const { url, setupPath, entries, channels, needsToken, notes } = listening;
  const models = [...entries, ...channels.map((name) => `channel:${name}`)].join(', ');
  const fitting = (text: string) => wrap(text, io.stderr.columns - 4, 4);
  const lines = [
    `${style.symbol('ok')} The gateway is listening on ${style.strong(url)}`,
    style.dim(`  ${tildePath(setupPath, place)}`),
    `  ${fitting(`models   ${models}`)}`,
    `  ${fitting(`API key  ${needsToken ? 'the token' : openTo(place)}`)}`,
    `  ${fitting(`page     ${url.replace(/v1$/, '')}`)}`,
    ...notes.map((note) => fitting(`${style.symbol('warn')} ${note}`)),
    style.dim('  Press Ctrl-C to stop'),
    '',
  ];
  return `${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
}

/** Only Linux can tell which user is on the other end of a connection. */
function openTo({ platform }: Deps['place']): string {
  return platform === 'linux'
    ? 'anything; other users of this machine need the token'
    : 'anything, from any user of this machine';
}

export type LogFormat = 'text' | 'json';

/**
 * Writes a line per event. Lines of the same event loop tick are written together: at thousands of events per second,
 * separate writes would cost more than the requests.
 */
export function createLog(
  { io, clock }: Pick<Deps, 'io' | 'clock'>,
  format: LogFormat,
  stream: 'stdout' | 'stderr',
): (event: GatewayEvent) => void {
  const write = stream === 'stdout' ? io.out : io.err;
  const style = createStyle(io[stream]);
  let waiting = '';
  return (event) => {
    if (waiting === '') {
      setImmediate(() => {
        const lines = waiting;
        waiting = '';
        write(lines);
      });
    }
    const at = clock.now();
    waiting += format === 'json' ? jsonLine(event, at) : textLine(event, at, style);
  };
}

/** The event with its time and level. */
export function jsonLine(event: GatewayEvent, at: Date): string {
  // Joined as text: copying the event to add two members is slower than serializing it.
  return `{"time":"${at.toISOString()}","level":"${levelOf(event)}",${jsonText(event, 0).slice(1)}\n`;
}

export function textLine(event: GatewayEvent, at: Date, style: Style): string {
  const time = style.dim(at.toISOString().slice(11, 19));
  return `  ${time} ${style.symbol(stateOf(event))} ${textOf(event, style)}\n`;
}

function textOf(event: GatewayEvent, style: Style): string {
  switch (event.type) {
    case 'request':
      return requestText(event, style);
    case 'alert':
      return `budget ${event.status}: ${event.entry} has spent $${event.spentUsd} of $${event.limitUsd} this ${event.window}`;
    case 'breaker':
      return `key ${event.key} ${event.state === 'open' ? 'is not used at the moment' : 'is used again'}: ${event.message}`;
    case 'reload':
      return event.ok
        ? `setup file reloaded: ${event.message}`
        : `setup file cannot be used: ${event.message}`;
    case 'key':
      return `${event.entry}: ${event.message}`;
    case 'ledger':
    case 'trouble':
      return event.message;
    case 'drain':
      return `stopping; ${event.inFlight} ${event.inFlight === 1 ? 'request' : 'requests'} in flight`;
  }
}

function requestText(event: RequestEvent, style: Style): string {
  const { entry, channel, role, model, outcome, status } = event;
  const where = [channel === null ? entry : `${channel} ${style.arrow} ${entry}`, role].filter(
    Boolean,
  );
  const counts = [
    `${(event.totalMs / 1000).toFixed(1)} s`,
    ...(event.completionTokens === null
      ? []
      : [`${event.promptTokens ?? '?'}+${event.completionTokens} tokens`]),
    ...(event.cache === null ? [] : [`${event.cache.cachedTokens} cached`]),
    ...(event.costUsd === null ? [] : [`$${event.costUsd}`]),
    ...(event.attempts > 1 ? [`${event.attempts} attempts`] : []),
  ];
  const trouble =
    outcome === 'ok' ? [] : [`${outcome}${event.message === null ? '' : `: ${event.message}`}`];
  return [
    `${status}`,
    ...where,
    ...(model === null ? [] : [style.strong(model)]),
    ...providersText(event, style),
    style.dim(counts.join(' ')),
    ...trouble,
  ].join('  ');
}

/** Shown only if OpenRouter tried more than one provider. */
function providersText({ providerAttempts }: RequestEvent, style: Style): string[] {
  if (providerAttempts.length < 2) return [];
  const asked = providerAttempts.map(({ provider, status }) =>
    status === null || status < 400 ? provider : `${provider} ${status}`,
  );
  return [style.dim(asked.join(` ${style.arrow} `))];
}

function levelOf(event: GatewayEvent): 'info' | 'warn' | 'error' {
  return { ok: 'info', skip: 'info', warn: 'warn', fail: 'error' }[stateOf(event)] as 'info';
}

function stateOf(event: GatewayEvent): State {
  switch (event.type) {
    case 'request':
      if (event.outcome === 'ok') return event.attempts > 1 ? 'warn' : 'ok';
      return event.outcome === 'cancelled' ? 'skip' : 'fail';
    case 'alert':
      return event.status === 'exceeded' ? 'fail' : 'warn';
    case 'breaker':
      return event.state === 'open' ? 'fail' : 'ok';
    case 'reload':
    case 'key':
      return event.ok ? 'ok' : 'warn';
    case 'ledger':
      return event.ok ? 'ok' : 'fail';
    case 'trouble':
      return 'fail';
    case 'drain':
      return 'skip';
  }
}
