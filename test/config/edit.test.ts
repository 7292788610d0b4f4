import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/changes/diff.ts';
import { applyTextEdits, pathText, positionAt } from '../../src/config/edit.ts';

describe('applyTextEdits', () => {
  it('replaces, inserts and deletes at offsets of the old text', () => {
    const edits = [
      { offset: 0, length: 1, text: 'A' },
      { offset: 2, length: 0, text: '--' },
      { offset: 3, length: 1, text: '' },
    ];
    expect(applyTextEdits('abcde', edits)).toBe('Ab--ce');
  });

  it('rejects edits that overlap or are outside the text', () => {
    const twice = { offset: 1, length: 2, text: '' };
    expect(() => applyTextEdits('abc', [twice, twice])).toThrow(RangeError);
    expect(() => applyTextEdits('abc', [{ offset: 3, length: 1, text: '' }])).toThrow(RangeError);
  });
});

describe('positionAt', () => {
  it.each([
    ['a\nb', 2, 2, 1],
    ['a\r\nb', 3, 2, 1],
    ['a\rb', 2, 2, 1],
    ['a\nb', 1, 1, 2],
    ['', 0, 1, 1],
    ['a\n', 2, 2, 1],
  ])('in %j offset %i is line %i, column %i', (text, offset, line, column) => {
    expect(positionAt(text, offset)).toEqual({ line, column, offset });
  });
});

describe('unifiedDiff', () => {
  it('is empty if nothing changes', () => {
    expect(unifiedDiff('a\n', 'a\n', 'x')).toBe('');
  });

  it('shows the change and the name of the file', () => {
    expect(unifiedDiff('a\nb\n', 'a\nc\n', 'x.json5')).toBe(
      '--- x.json5\n+++ x.json5\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n',
    );
  });
});

describe('pathText', () => {
  it.each([
    [['models', 'router-premium', 'fallbackModels', 1], 'models.router-premium.fallbackModels[1]'],
    [['models', 'my entry', 'apiKey'], 'models["my entry"].apiKey'],
    [['channels', '微信'], 'channels.微信'],
    [[], ''],
  ])('formats %j as %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
