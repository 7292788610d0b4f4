import type { ServerResponse } from 'node:http';
import type { Clock } from '../platform/deps.ts';
import type { Reply } from './reply.ts';

/** Writes a reply. Ends early, without an error, when the client or the sandbox goes away. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  clock: Clock,
  signal: AbortSignal,
  noteStatus: (status: number) => void,
): Promise<void> {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply.delayMs > 0 && !(await slept(reply.delayMs, clock, signal))) return;
  if (response.destroyed) return;
  noteStatus(reply.status);
  // Node would take the date from the machine's own clock.
  response.sendDate = false;
  response.writeHead(reply.status, { date: clock.now().toUTCString(), ...reply.headers });
  for (const chunk of reply.chunks) {
    if (response.destroyed) return;
    await written(response, chunk);
  }
  if (reply.cut) response.destroy();
  else response.end();
}

async function slept(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}

function written(response: ServerResponse, chunk: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => resolve());
  });
}
