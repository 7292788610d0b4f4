import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import { createInterrupts, endingSignals } from '../../src/platform/interrupts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function interrupts() {
  const forceEnd = vi.fn();
  return { forceEnd, ...createInterrupts({ forceEnd, graceMs: () => 900 }) };
}

describe('a signal', () => {
  it('that arrives twice at once, as under the host, lets the command end by itself', () => {
    const { receive, signal, forceEnd } = interrupts();
    receive('SIGINT');
    receive('SIGINT');
    expect(signal.aborted).toBe(true);
    expect(forceEnd).not.toHaveBeenCalled();
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('%s cancels with exit code %i', (name, exitCode) => {
    const { receive, signal } = interrupts();
    receive(name);
    expect(signal.reason).toBeInstanceOf(CancelError);
    expect(signal.reason).toMatchObject({ exitCode });
    expect(endingSignals).toContain(name);
  });

  it('ends a command that does not end by itself', () => {
    const { receive, signal, forceEnd } = interrupts();
    receive('SIGINT');
    vi.advanceTimersByTime(899);
    expect(forceEnd).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(forceEnd).toHaveBeenCalledExactlyOnceWith(signal.reason);
  });

  it('ends nothing while the exit is held, and leaves time for what follows', async () => {
    const { receive, holdExit, forceEnd } = interrupts();
    let resolve: (value: string) => void = () => {};
    receive('SIGINT');
    const held = holdExit(() => holdExit(() => new Promise((done) => (resolve = done))));
    receive('SIGTERM');
    vi.advanceTimersByTime(60_000);
    expect(forceEnd).not.toHaveBeenCalled();
    resolve('done');
    expect(await held).toBe('done');
    vi.advanceTimersByTime(899);
    expect(forceEnd).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(forceEnd).toHaveBeenCalledOnce();
  });

  it('takes effect when the exit is no longer held, even if the body failed', async () => {
    const { receive, holdExit, forceEnd } = interrupts();
    await expect(holdExit(async () => Promise.reject(new Error('full')))).rejects.toThrow('full');
    receive('SIGINT');
    vi.advanceTimersByTime(900);
    expect(forceEnd).toHaveBeenCalledOnce();
  });
});

describe('SIGTERM', () => {
  it('calls the callback for an orderly shutdown until it is removed', () => {
    const { receive, onTerminate, signal } = interrupts();
    const terminate = vi.fn();
    const forget = onTerminate(terminate);
    receive('SIGTERM');
    expect(terminate).toHaveBeenCalledOnce();
    expect(signal.aborted).toBe(false);
    forget();
    receive('SIGTERM');
    expect(signal.aborted).toBe(true);
  });
});
