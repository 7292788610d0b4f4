import { describe, expect, it } from 'vitest';
import { newEffort, pdfSize } from '../../src/pricing/media.ts';
import { pdfOf } from './files.ts';

describe('the size of a PDF', () => {
  it.each([
    ['written plainly', { pages: 7 }],
    ['in packed objects', { pages: 7, packed: true }],
    ['that its page tree hides', { pages: 7, count: 1 }],
  ])('has the pages %s', (_, shape) => {
    expect(pdfSize(pdfOf(shape))?.pages).toBe(7);
  });

  it('uses the page tree where it has more pages', () => {
    expect(pdfSize(pdfOf({ pages: 1, count: 400 }))?.pages).toBe(400);
  });

  it('reads escaped names', () => {
    const more = '<< /Type /P#61ge >> << /#54ype /Page >>';
    expect(pdfSize(pdfOf({ pages: 1, more }))?.pages).toBe(3);
  });

  it('includes the characters drawn, without images', () => {
    const size = pdfSize(pdfOf({ pages: 1, text: 'x'.repeat(50_000), bytes: 100_000 }));
    expect(size).toEqual({ pages: 1, characters: 50_000 });
  });

  it('includes nested brackets', () => {
    const text = `(${'x'.repeat(5_000)})${'y'.repeat(5_000)}`;
    expect(pdfSize(pdfOf({ pages: 1, text }))?.characters).toBe(10_000);
  });

  it.each([
    ['streams without an object', 'stream\nendstream\n'.repeat(200_000), null],
    [
      'long white space',
      ` obj<</Filter /FlateDecode${' '.repeat(800_000)}x stream\nendstream`,
      null,
    ],
    ['brackets that never close', ` obj<<>>stream\n${'(a\\'.repeat(400_000)}endstream`, 1],
    // Minutes, if it took time that grows with the square of the size.
  ])('is found or given up with %s', (_, more, pages) => {
    expect(pdfSize(pdfOf({ pages: 1, more }))?.pages ?? null).toBe(pages);
  });

  it('is searched within one limit for all documents', () => {
    const effort = newEffort();
    const large = pdfOf({ pages: 1, text: 'x'.repeat(9 * 1024 * 1024) });
    expect([pdfSize(large, effort), pdfSize(large, effort)]).toMatchObject([{ pages: 1 }, null]);
    const many = pdfOf({ pages: 1, more: ' obj<<>>stream\nendstream\n'.repeat(20_000) });
    expect(pdfSize(many)).toBeNull();
  });

  it.each([
    ['an encrypted one', pdfOf({ pages: 1, more: 'trailer << /Encrypt 9 0 R >>' })],
    ['one without a page', pdfOf({ pages: 0 })],
    [
      'one packed in another way',
      pdfOf({ pages: 1, more: '1 0 obj\n<< /Filter /LZWDecode >>\nstream\nabc\nendstream' }),
    ],
    [
      'one whose text would fill the memory',
      pdfOf({ pages: 1, text: 'x'.repeat(17 * 1024 * 1024) }),
    ],
    ['one that breaks off', pdfOf({ pages: 1, more: '1 0 obj\n<< >>\nstream\nabc' })],
    ['what is none', Buffer.from('hello')],
  ])('is unknown for %s', (_, bytes) => {
    expect(pdfSize(bytes)).toBeNull();
  });
});
