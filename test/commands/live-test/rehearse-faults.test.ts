import { describe, expect, it } from 'vitest';
import { planFaults } from '../../../src/commands/live-test/rehearse.ts';
import { UsageError } from '../../../src/platform/errors.ts';
import { entryOf } from '../../probe/worlds.ts';
import { faultText } from '../../sandbox/fault-text.ts';

const entry = entryOf({
  fallbackModels: ['openrouter/openai/gpt-4o', 'x/y:free', 'anthropic/claude-3.5-haiku'],
  complexModel: 'google/gemini-2.5-pro',
});
const planned = (text: string) =>
  planFaults(text, [entry])
    .flatMap(({ faults }) => faults.map(faultText))
    .join(', ');

describe('the faults of a rehearsal', () => {
  it.each([
    ['primary:503*3', 'anthropic/claude-sonnet-4:503*3'],
    ['fallback1:429/60', 'openai/gpt-4o:429/60'],
    ['openrouter/openai/gpt-4o:cut', 'openai/gpt-4o:cut'],
    ['x/y:free:402', 'x/y:free:402'],
    ['*:500*2', '*:500*2'],
    ['primary:503, fallback1:401', 'anthropic/claude-sonnet-4:503, openai/gpt-4o:401'],
    ['outage:anthropic', 'anthropic/claude-sonnet-4:503, anthropic/claude-3.5-haiku:503'],
    [
      'broke',
      'anthropic/claude-sonnet-4:402, openai/gpt-4o:402, anthropic/claude-3.5-haiku:402, google/gemini-2.5-pro:402',
    ],
    ['quota', 'x/y:free:429'],
  ])('%s applies to %s', (text, faults) => {
    expect(planned(text)).toBe(faults);
  });

  it.each([
    ['primari:503', 'Did you mean primary?'],
    ['openai/gpt-4:503', 'Did you mean openai/gpt-4o?'],
    ['outage:antropic', 'Did you mean anthropic?'],
    ['fallback9:503', 'Choose one of: primary, fallback1, fallback2, fallback3, complex'],
    ['primary:5o3', expect.stringContaining('Faults:')],
    ['nonsense', expect.any(String)],
    ['', expect.any(String)],
  ])('%s is rejected with a hint', (text, hint) => {
    try {
      planned(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ hint });
    }
  });

  it('apply to the entries that have the link, and to no others', () => {
    const lonely = entryOf({ name: 'lonely' });
    const faults = planFaults('fallback1:503', [entry, lonely]);
    expect(faults.map((each) => each.faults.length)).toEqual([1, 0]);
  });

  it('rehearse the complex request when its link is named', () => {
    expect(planFaults('complex:503', [entry])[0]?.role).toBe('complex');
    expect(planFaults('primary:503', [entry])[0]?.role).toBe('primary');
  });
});
