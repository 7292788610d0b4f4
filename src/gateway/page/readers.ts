import type { ServerResponse } from 'node:http';
import { recordedDays, recordedRange } from '../../spend/recorded.ts';
import { type SpendReport, spendReport } from '../../spend/report.ts';
import type { Activity, RecentRequest } from '../activity.ts';
import type { Breakers } from '../breakers.ts';
import type { GatewayOptions } from '../options.ts';
import { requestRow, slotsOf } from './slots.ts';

export interface PageSources extends Pick<GatewayOptions, 'setup' | 'clock' | 'ledger'> {
  readonly activity: Activity;
  readonly breakers: Breakers;
  readonly inFlight: () => number;
}

/** One open `GET /events`. Updates are computed when the client can receive them, so nothing is queued. */
interface Reader {
  readonly response: ServerResponse;
  /** The number of the last request sent to it. */
  request: number;
  /** The last content sent for each slot. */
  readonly slots: Map<string, string>;
  /** When it stopped reading, in milliseconds; null while it reads. */
  stuckSince: number | null;
  writtenAt: number;
}

const maxReaders = 20;
const everyMs = 1_000;
/** The ledger is read after new requests, but no more often than this. */
const reportEveryMs = 3_000;
/** The ledger is read at least this often: forecasts change with time, and other gateways write to it. */
const reportAtLeastMs = 60_000;
const keepAliveMs = 15_000;
const stuckMs = 30_000;
const days = 30;

/** Sends updates to the open pages, at most once a second. The timer only runs while a page is open. */
export function createReaders(sources: PageSources) {
  const { clock, activity, breakers, setup } = sources;
  const readers = new Set<Reader>();
  const startedAt = clock.now();
  const reports = createReports(sources);
  let timer: NodeJS.Timeout | null = null;

  function tick(): void {
    reports.refresh();
    const slots = currentSlots();
    for (const reader of readers) write(reader, slots);
  }

  function currentSlots(): Readonly<Record<string, string>> {
    const { live, error } = setup();
    return slotsOf({
      live,
      setupError: error,
      breakers: breakers.open(),
      requests: activity.count(),
      inFlight: sources.inFlight(),
      startedAt,
      totals: activity.totals(),
      report: reports.latest(),
    });
  }

  function write(reader: Reader, slots: Readonly<Record<string, string>>): void {
    const { response } = reader;
    const now = clock.monotonic();
    if (response.writableNeedDrain) {
      reader.stuckSince ??= now;
      if (now - reader.stuckSince > stuckMs) response.destroy();
      return;
    }
    reader.stuckSince = null;
    const changed = Object.entries(slots).filter(([id, html]) => reader.slots.get(id) !== html);
    const requests = activity.since(reader.request);
    const text = [
      ...(changed.length === 0 ? [] : [message('slots', Object.fromEntries(changed))]),
      ...(requests.length === 0 ? [] : [message('requests', rowsMessage(requests))]),
    ].join('');
    if (text === '' && now - reader.writtenAt < keepAliveMs) return;
    for (const [id, html] of changed) reader.slots.set(id, html);
    reader.request = activity.count();
    reader.writtenAt = now;
    response.write(text === '' ? ': still here\n\n' : text);
  }

  return {
    /** Takes over the response until the client disconnects. */
    async add(response: ServerResponse): Promise<void> {
      if (readers.size >= maxReaders) {
        response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '10' });
        return void response.end(`The page is already open ${maxReaders} times\n`);
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      const reader: Reader = {
        response,
        request: 0,
        slots: new Map(),
        stuckSince: null,
        writtenAt: clock.monotonic(),
      };
      readers.add(reader);
      timer ??= setInterval(tick, everyMs).unref();
      response.once('close', () => {
        readers.delete(reader);
        if (readers.size > 0 || timer === null) return;
        clearInterval(timer);
        timer = null;
      });
      await reports.first();
      write(reader, currentSlots());
    },
  };
}

function rowsMessage(requests: readonly RecentRequest[]) {
  const failed = requests.filter(({ event }) => event.outcome !== 'ok').length;
  return { rows: requests.map(requestRow), failed };
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The spend report from the ledger, read in the background. */
function createReports({ clock, activity, ledger, setup }: PageSources) {
  let latest: SpendReport | null = null;
  let reading: Promise<void> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let readCount = -1;

  async function read(): Promise<void> {
    const now = clock.now();
    try {
      if (ledger === null) return;
      const rows = await recordedDays(ledger, recordedRange(now, days), now);
      const unread = { ok: false, reason: 'not read' } as const;
      latest = spendReport({
        now,
        entries: setup().live.entries,
        keys: [],
        credits: unread,
        activity: unread,
        ledger: { ok: true, value: rows },
        channels: unread,
        days,
      });
    } catch {
      // The gateway itself reports a failing ledger.
      latest = null;
    }
  }

  function refresh(): void {
    const sinceMs = clock.monotonic() - readAt;
    const isDue = sinceMs > (activity.count() === readCount ? reportAtLeastMs : reportEveryMs);
    if (!isDue || reading !== null) return;
    readAt = clock.monotonic();
    readCount = activity.count();
    reading = read().finally(() => {
      reading = null;
    });
  }

  return {
    refresh,
    /** Resolves when there is a report, or it is clear that there is none. */
    async first(): Promise<void> {
      refresh();
      if (latest === null) await reading;
    },
    latest: () => latest,
  };
}
