import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outsideWorld } from '../src/main.ts';

describe('Ctrl-C', () => {
  const others = process.listeners('SIGINT');

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  });

  afterEach(() => {
    for (const listener of process.listeners('SIGINT')) {
      if (!others.includes(listener)) process.off('SIGINT', listener);
    }
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('that arrives twice at once, as under the host, is one: the command ends by itself', () => {
    const { signal } = outsideWorld([]);
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(signal.aborted).toBe(true);
    expect(process.exit).not.toHaveBeenCalled();
  });

  it('ends a command that does not end by itself', () => {
    outsideWorld([]);
    process.emit('SIGINT');
    vi.runAllTimers();
    expect(process.exit).toHaveBeenCalledWith(130);
  });
});
