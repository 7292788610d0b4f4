import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseModel } from '../../src/routing/choose.ts';
import { lastPersonText } from '../../src/routing/person-text.ts';
import { entry } from './entry.ts';

interface Form {
  readonly form: string;
  readonly content: string | readonly unknown[];
  /** Null where the host wrote all of it. */
  readonly person: string | null;
}

// As OpenClaw 2026.9.6 and its functions for prompts write them, with `analyse` among its words.
const path = join(import.meta.dirname, '..', 'fixtures', 'host', 'person-text.json');
const forms: readonly Form[] = JSON.parse(readFileSync(path, 'utf8'));
const user = (content: unknown) => ({ role: 'user', content });
const words = 'please draw a purple cow';

describe('the last message of a person', () => {
  it.each(forms)('is found: $form', ({ content, person }) => {
    const messages = [user('an earlier wish'), { role: 'assistant', content: 'Well' }];
    expect(lastPersonText([...messages, user(content)])).toBe(person ?? 'an earlier wish');
  });

  it('is the one before the results of tools and what the host adds after them', () => {
    const hostOnly = forms.filter(({ person }) => person === null);
    const tail = hostOnly.flatMap(({ content }) => [
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'analyse' },
      user(content),
    ]);
    expect(lastPersonText([user('first'), user(words), ...tail])).toBe(words);
  });

  it('joins the text parts', () => {
    const parts = [{ type: 'text', text: 'a' }, { type: 'image_url' }, { type: 'text', text: 'b' }];
    expect(lastPersonText([user('first'), user(parts)])).toBe('a\nb');
  });

  it('is empty where nobody wrote', () => {
    expect(lastPersonText([null, 7, { role: 'system', content: 'x' }, user(null)])).toBe('');
  });

  it.each([
    ['[draft] please analyse'],
    ['a [media attached: x] in the middle: analyse'],
    ['Description:\nanalyse'],
    ['---\nanalyse\n---'],
    ['System: analyse the design'],
    ['Context: analyse'],
    ['Runtime: analyse it'],
    ['Current message: analyse'],
    ['[OpenClaw] analyse'],
    ['The previous attempt failed, analyse it'],
    ['#analyse: this'],
    ['note: analyse (today): all'],
    ['```json\nanalyse\n```'],
  ])('includes text that only looks like that of the host: %j', (content) => {
    expect(lastPersonText([user(content)])).toContain('analyse');
  });

  const smart = entry({
    defaultModel: 'google/flash',
    complexModel: 'anthropic/sonnet',
    complexTriggers: ['analyse', 'compare'],
  });
  const roleOf = (content: unknown) => chooseModel(smart, lastPersonText([user(content)])).role;

  it.each(forms)(
    'does not trigger the complex model by a word of the host: $form',
    ({ content }) => {
      expect(roleOf(content)).toBe('primary');
    },
  );

  it('triggers the complex model by a word of the person in every form', () => {
    const wrapped = forms.filter(({ person }) => person?.includes(words.slice(-12)));
    const written = fc.array(fc.constantFrom('foo', 'Compare', 'bar', 'baz'), { minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...wrapped), written, ({ content }, said) => {
        const text = JSON.stringify(content).replace(words.slice(-12), said.join(' '));
        expect(roleOf(JSON.parse(text))).toBe(said.includes('Compare') ? 'complex' : 'primary');
      }),
    );
  });

  it.each([
    ['<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n'],
    ['Sender: ⟦openclaw:ctx⟧\n\n'],
    ['[Current message - respond to this]\n'],
    ['[Image]\nDescription:\n'],
    ['[cron:['],
    [' (untrusted'],
    ['[Sat 2026-11-28 22:10 '],
    ['[Telegram 2026-11-28 22:10'],
    ['Current time: (('],
    ['Queued #1 (from '],
    ['\n'],
    // Minutes, if it took time that grows with the square of the length.
  ])('is found behind 200,000 of %j', (piece) => {
    expect(lastPersonText([user('hello'), user(piece.repeat(200_000))])).toBeTypeOf('string');
  });
});
