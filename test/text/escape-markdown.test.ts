import { expect, it } from 'vitest';
import { escapeMarkdown } from '../../src/text/escape.ts';

it.each([
  'a | b',
  '`code`',
  '[link](https://example.com)',
  '![picture](https://example.com/x.png)',
  '<img src=x>',
  '**strong** _em_ ~~gone~~',
  '# head',
  'https://example.com',
  'www.example.com',
  'me@example.com and @somebody',
  '$a$ and $b$',
  '&lt;b&gt;',
  'two\nlines',
])('a cell of Markdown shows %j as it is', (text) => {
  const escaped = escapeMarkdown(text);
  expect(escaped).not.toMatch(/[|`[\]()<>*_~@$!\n]|https:|www\.|&(?!#\d+;)|(?<!&)#/);
  const shown = escaped.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
  expect(shown).toBe(text.replace('\n', ' '));
});

it('a model id stays as people search for it', () => {
  expect(escapeMarkdown('meta-llama/llama-3.3-70b')).toBe('meta-llama/llama-3.3-70b');
});
