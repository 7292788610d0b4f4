import type { Breakers } from './breakers.ts';
import type { LedgerBatcher } from './ledger-batcher.ts';
import type { GatewayOptions } from './options.ts';

export interface HealthWorld extends Pick<GatewayOptions, 'setup' | 'clock'> {
  /** Null where there is no ledger. */
  readonly batcher: Pick<LedgerBatcher, 'isFailing'> | null;
}

/** `GET /healthz` for who shows the token: 503 only when no entry can answer. Names and states; no key, no address of a file's content. */
export function healthDocument(
  { setup, batcher, clock }: HealthWorld,
  open: ReturnType<Breakers['open']>,
  inFlight: number,
): { ok: boolean; document: Readonly<Record<string, unknown>> } {
  const { live, error } = setup();
  const entries = live.entries.map(({ name, credential, keyProblem }) => ({
    name,
    key: credential?.name ?? null,
    ...(keyProblem === null ? {} : { problem: keyProblem }),
    usable: credential !== null && !open.some(({ key }) => key === credential.name),
  }));
  const ok = entries.some(({ usable }) => usable);
  const ledger = batcher === null ? 'unavailable' : batcher.isFailing() ? 'failing' : 'ok';
  const degraded =
    !ok || error !== null || ledger !== 'ok' || entries.some(({ usable }) => !usable);
  return {
    ok,
    document: {
      status: degraded ? (ok ? 'degraded' : 'down') : 'ok',
      at: clock.now().toISOString(),
      setup: {
        path: live.path,
        loadedAt: live.loadedAt.toISOString(),
        error,
        problems: live.problems,
      },
      entries,
      breakers: open.map(({ key, state, outcome, message, since, retryAt }) => ({
        key,
        state,
        outcome,
        message,
        since: since.toISOString(),
        retryAt: retryAt.toISOString(),
      })),
      ledger,
      inFlight,
    },
  };
}

/** What anybody may hear: no names, no paths. */
export function lifeDocument(ok: boolean): Readonly<Record<string, unknown>> {
  return { status: ok ? 'ok' : 'down' };
}
