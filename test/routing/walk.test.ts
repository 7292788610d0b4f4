import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import type { Clock } from '../../src/platform/deps.ts';
import { CancelError } from '../../src/platform/errors.ts';
import type { Link } from '../../src/routing/choose.ts';
import { judge, walkOf } from '../../src/routing/outcomes.ts';
import { policyOf, type WalkEvent, type WalkPolicy, walk } from '../../src/routing/walk.ts';
import { answered, broken, refused, replied } from './replies.ts';

const a: Link = { role: 'primary', model: 'a/one' };
const b: Link = { role: 'fallback1', model: 'b/two' };
const free: Link = { role: 'fallback2', model: 'c/three:free' };

const retrying = policyOf({ retryOnFailure: true, maxRetries: 2 });
const withoutRetries = policyOf({ retryOnFailure: false, maxRetries: 2 });

const waiting = (reply: ChatReply, retryAfterMs: number): ChatReply => ({ ...reply, retryAfterMs });
const unavailable = refused(503);

function rehearse(
  links: readonly Link[],
  script: readonly ChatReply[],
  policy: WalkPolicy = retrying,
  random = 0.5,
) {
  const sleeps: number[] = [];
  const events: WalkEvent[] = [];
  const abort = new AbortController();
  const clock: Clock = {
    now: () => new Date(0),
    monotonic: () => 0,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
    },
  };
  let sent = 0;
  const send = async () => {
    const reply = script[sent % script.length];
    sent += 1;
    if (reply === undefined) throw new Error('The script is empty');
    return reply;
  };
  const world = { clock, random: () => random, signal: abort.signal };
  const walking = walk(links, policy, send, world, (event) => events.push(event));
  return { walking, sleeps, events, abort };
}

async function stepsOf(...given: Parameters<typeof rehearse>): Promise<string[]> {
  const { steps } = await rehearse(...given).walking;
  return steps.map((s) => `${s.role} ${s.attempt} ${s.outcome} ${s.waitedMs} ${s.onward}`);
}

describe('the walk', () => {
  it('ends with the first answer', async () => {
    const { walking } = rehearse([a, b], [answered]);
    expect(await walking).toMatchObject({ served: a, stoppedBy: null, outcome: 'ok', waitedMs: 0 });
  });

  it('retries a transient outcome, then tries the next link', async () => {
    expect(await stepsOf([a, b], [unavailable, unavailable, unavailable, answered])).toEqual([
      'primary 1 unavailable 0 retry',
      'primary 2 unavailable 250 retry',
      'primary 3 unavailable 500 exhausted',
      'fallback1 1 ok 0 done',
    ]);
  });

  it('does not retry without retryOnFailure', async () => {
    expect(await stepsOf([a, b], [unavailable, answered], withoutRetries)).toEqual([
      'primary 1 unavailable 0 exhausted',
      'fallback1 1 ok 0 done',
    ]);
  });

  it('tries the next link at once when a retry would not help', async () => {
    expect(await stepsOf([a, b], [refused(404), answered])).toEqual([
      'primary 1 not_found 0 next',
      'fallback1 1 ok 0 done',
    ]);
  });

  it('stops when the key is rejected', async () => {
    const { walking } = rehearse([a, b, free], [refused(401)]);
    const result = await walking;
    expect(result).toMatchObject({ served: null, stoppedBy: 'auth', outcome: 'auth' });
    expect(result.steps).toHaveLength(1);
  });

  it('tries only the free links when there is no credit', async () => {
    const { walking } = rehearse([a, b, free], [refused(402), answered]);
    expect(await walking).toMatchObject({ served: free, stoppedBy: null });
  });

  it('stops at a free link that is refused for lack of credit, since the balance is negative', async () => {
    const { walking } = rehearse(
      [a, b, free, { ...free, role: 'fallback3' }],
      [refused(402), refused(402), answered],
    );
    const result = await walking;
    expect(result.steps.map(({ role }) => role)).toEqual(['primary', 'fallback2']);
    expect(result).toMatchObject({ served: null, stoppedBy: 'billing' });
  });

  it('tries no free link when the answer says that the balance is negative', async () => {
    const negative = refused(402, { message: 'Your balance is negative (-0.41 credits)' });
    expect(await stepsOf([a, free], [negative, answered])).toEqual(['primary 1 billing 0 stop']);
  });

  it('waits for the free requests of the next day only where the answer says how long', async () => {
    const message = 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000';
    const perDay = refused(429, { message });
    expect(await stepsOf([free, a], [perDay, answered])).toEqual([
      'fallback2 1 rate_limit 0 next',
      'primary 1 ok 0 done',
    ]);
    const soon = { ...perDay, retryAfterMs: 2_000 };
    expect(await stepsOf([free, a], [soon, answered])).toEqual([
      'fallback2 1 rate_limit 0 retry',
      'fallback2 2 ok 2000 done',
    ]);
    const later = { ...perDay, retryAfterMs: 7_200_000 };
    expect(await stepsOf([free, a], [later, answered])).toEqual([
      'fallback2 1 rate_limit 0 asks_too_long',
      'primary 1 ok 0 done',
    ]);
  });

  it('ends once part of an answer has been received', async () => {
    const { walking } = rehearse([a, b], [{ ...unavailable, afterFirstToken: true }]);
    const result = await walking;
    expect(result).toMatchObject({ served: null, stoppedBy: null, outcome: 'cut_off' });
    expect(result.steps).toHaveLength(1);
  });

  it('waits as long as the reply asks for, up to the cap', async () => {
    const script = [waiting(refused(429), 30_000), waiting(refused(429), 30_001), answered];
    expect(await stepsOf([a, b], script)).toEqual([
      'primary 1 rate_limit 0 retry',
      'primary 2 rate_limit 30000 asks_too_long',
      'fallback1 1 ok 0 done',
    ]);
  });

  it('doubles its waits up to 8 s, with full jitter', async () => {
    const policy = policyOf({ retryOnFailure: true, maxRetries: 7 });
    const longest = rehearse([a], [unavailable], policy, 0.999999);
    await longest.walking;
    expect(longest.sleeps).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const shortest = rehearse([a], [unavailable], policy, 0);
    await shortest.walking;
    expect(shortest.sleeps).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('reports each attempt and wait as it happens', async () => {
    const { walking, events } = rehearse([a], [unavailable, answered]);
    await walking;
    expect(events.map(({ type }) => type)).toEqual(['attempt', 'step', 'wait', 'attempt', 'step']);
  });

  it('is cancelled before the next request and while it waits', async () => {
    const { walking, abort, events } = rehearse([a], [unavailable]);
    abort.abort();
    await expect(walking).rejects.toThrow(CancelError);
    expect(events.filter(({ type }) => type === 'attempt').length).toBeLessThan(2);
  });

  it('fails with an error of the clock, which is not a cancellation', async () => {
    const sleep = () => Promise.reject(new Error('no timers'));
    const clock: Clock = { now: () => new Date(0), monotonic: () => 0, sleep };
    const world = { clock, random: () => 0, signal: new AbortController().signal };
    const send = () => Promise.resolve(unavailable);
    await expect(walk([a], retrying, send, world, () => {})).rejects.toThrow('no timers');
  });

  it('has no reply without links', async () => {
    expect(await rehearse([], [answered]).walking).toMatchObject({ reply: null, outcome: null });
  });

  it('keeps its rules for any sequence of replies', async () => {
    const reply = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(unavailable, refused(429), broken('network')) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(refused(404), refused(400), replied(), broken('garbled')),
      },
      fc.constantFrom(answered, refused(401), refused(402), refused(403, { message: 'key limit' })),
      fc.constant({ ...unavailable, afterFirstToken: true }),
      fc.nat({ max: 60_000 }).map((ms) => waiting(refused(429), ms)),
      fc.boolean().map((retryable) => refused(503, { availability: { code: 'x', retryable } })),
    );
    const links = fc
      .array(fc.boolean(), { maxLength: 6 })
      .map((all) =>
        all.map(
          (isFree, i): Link => ({ role: `fallback${i}`, model: `a/m${i}${isFree ? ':free' : ''}` }),
        ),
      );
    const policy = fc.record({ retryOnFailure: fc.boolean(), maxRetries: fc.nat({ max: 4 }) });
    await fc.assert(
      fc.asyncProperty(
        links,
        fc.array(reply, { minLength: 1, maxLength: 30 }),
        policy,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (chain, script, given, random) => {
          const { walking, sleeps } = rehearse(chain, script, policyOf(given), random);
          const { steps, served, waitedMs } = await walking;
          const most = 1 + (given.retryOnFailure ? given.maxRetries : 0);
          let broke = false;
          for (const [i, step] of steps.entries()) {
            const last = i === steps.length - 1;
            const row = judge(step.reply);
            expect(step.attempt).toBeLessThanOrEqual(most);
            if (step.onward === 'done') expect(last).toBe(true);
            if (row.walk === 'stop' && row.name !== 'billing') expect(last).toBe(true);
            if (broke) expect(step.model).toMatch(/:free$/);
            broke ||= row.name === 'billing';
            const before = steps[i - 1];
            if (before !== undefined && step.attempt > 1) {
              expect(before.model).toBe(step.model);
              expect(walkOf(judge(before.reply), before.reply)).toBe('retry');
              const asked = before.reply.retryAfterMs;
              expect(asked ?? 0).toBeLessThanOrEqual(30_000);
              if (asked !== null) expect(step.waitedMs).toBe(asked);
              expect(step.waitedMs).toBeLessThanOrEqual(Math.max(asked ?? 0, 8_000));
            }
          }
          const order = steps.map(({ model }) => chain.findIndex((link) => link.model === model));
          expect(order).toEqual(order.toSorted((one, other) => one - other));
          expect(served === null).toBe(steps.at(-1)?.outcome !== 'ok');
          expect(sleeps).toEqual(steps.filter(({ attempt }) => attempt > 1).map((s) => s.waitedMs));
          expect(waitedMs).toBe(sleeps.reduce((sum, ms) => sum + ms, 0));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('policyOf', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5])(
    'replaces %d retries by the default',
    (n) => {
      expect(policyOf({ retryOnFailure: true, maxRetries: n }).maxRetries).toBe(2);
    },
  );
});
