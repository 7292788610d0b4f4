import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measure } from '../../src/pricing/measure.ts';
import { mediaLimits } from '../../src/pricing/media.ts';
import { jpegHead, pdfOf, pngHead, wavOf } from './files.ts';

const user = (...content: readonly unknown[]) => ({ messages: [{ role: 'user', content }] });
const data = (type: string, bytes: Uint8Array) =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
const empty = measure({ messages: [] }).textTokens;

describe('the measure of a request', () => {
  it.each([
    ['a message', { messages: [{ role: 'user', content: 'X'.repeat(900) }] }],
    [
      'the schema of an answer',
      { response_format: { json_schema: { schema: { title: 'X'.repeat(900) } } } },
    ],
    ['a tool', { tools: [{ function: { parameters: { title: 'X'.repeat(900) } } }] }],
    [
      'the name of a property',
      { tools: [{ function: { parameters: { ['X'.repeat(900)]: {} } } }] },
    ],
    ['a prediction', { prediction: { type: 'content', content: 'X'.repeat(900) } }],
    [
      'the call of a tool',
      { messages: [{ tool_calls: [{ function: { arguments: 'X'.repeat(900) } }] }] },
    ],
    ['thoughts sent back', { messages: [{ reasoning_details: [{ data: 'X'.repeat(900) }] }] }],
    ['the prompt of a search', { plugins: [{ id: 'web', search_prompt: 'X'.repeat(900) }] }],
    ['a field that nobody knows', { unheard_of: [[['X'.repeat(900)]]] }],
    [
      'a picture that is text',
      user({ type: 'text', text: `data:image/png;base64,${'X'.repeat(900)}` }),
    ],
    [
      'text beside a picture',
      user({ type: 'image_url', image_url: { url: 'https://a/b' }, alt: 'X'.repeat(900) }),
    ],
    ['the name of a file', user({ type: 'file', file: { filename: 'X'.repeat(900) } })],
    [
      'a document of plain text',
      user({ type: 'document', source: { type: 'text', data: 'X'.repeat(900) } }),
    ],
  ])('counts %s', (_, body) => {
    expect(measure({ messages: [], ...body }).textTokens - empty).toBeGreaterThanOrEqual(900);
  });

  it.each([
    ['OpenAI', { type: 'image_url', image_url: { url: 'https://a/b.png' } }],
    ['OpenAI, responses', { type: 'input_image', image_url: 'https://a/b.png' }],
    ['OpenAI, a file', { type: 'input_image', file_id: 'file-1' }],
    ['Anthropic', { type: 'image', source: { type: 'url', url: 'https://a/b.png' } }],
    ['an answer', { images: [{ image_url: { url: 'https://a/b.png' } }] }],
  ])('recognizes an image as %s', (_, part) => {
    expect(measure(user(part)).images).toEqual([Number.POSITIVE_INFINITY]);
  });

  it.each([
    ['a file by its address', { type: 'file', file: { file_data: 'https://a/b.pdf' } }],
    ['a file by its id', { type: 'file', file: { file_id: 'file-1' } }],
    ['a file of Responses', { type: 'input_file', file_url: 'https://a/b.pdf' }],
    [
      'a document of Anthropic',
      { type: 'document', source: { type: 'url', url: 'https://a/b.pdf' } },
    ],
  ])('has no bound for %s', (_, part) => {
    const { fileTokens, pages } = measure(user(part));
    expect([fileTokens, pages]).toEqual([Number.POSITIVE_INFINITY, mediaLimits.maxPages]);
  });

  it.each([
    [
      'a film by its address',
      { type: 'video_url', video_url: { url: 'https://a/b' } },
      'videoTokens',
    ],
    [
      'a recording by its address',
      { type: 'input_audio', input_audio: { data: 'https://a/b' } },
      'audioTokens',
    ],
    ['an answer that was spoken', { audio: { id: 'audio-1' } }, 'audioTokens'],
  ] as const)('has no bound for %s', (_, part, kind) => {
    expect(measure(user(part))[kind]).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['PNG', 'image/png', pngHead(640, 480)],
    ['JPEG', 'image/jpeg', jpegHead(640, 480)],
  ])('reads the size of a %s', (_, type, bytes) => {
    const url = data(type, bytes);
    expect(measure(user({ type: 'image_url', image_url: { url } })).images).toEqual([640 * 480]);
    const source = {
      type: 'base64',
      media_type: type,
      data: Buffer.from(bytes).toString('base64'),
    };
    expect(measure(user({ type: 'image', source })).images).toEqual([640 * 480]);
  });

  // Minutes, if it took time that grows with the square of the size.
  it('reads images of many segments to their end', () => {
    const parts = Buffer.alloc(2_800_000, Buffer.from('ffe10002', 'hex'));
    const url = data('image/jpeg', Buffer.concat([Buffer.from('ffd8', 'hex'), parts]));
    const pictures = Array.from({ length: 5 }, () => ({ type: 'image_url', image_url: { url } }));
    expect(measure(user(...pictures)).images).toEqual(Array(5).fill(Infinity));
  });

  it('counts an unreadable image as the largest', () => {
    const url = 'data:image/png;base64,AAAA';
    expect(measure(user({ type: 'image_url', image_url: { url } })).images).toEqual([Infinity]);
  });

  it.each([
    ['what data says it is, not by the part it stands in', 'application/pdf'],
    ['the beginning of a PDF, whatever it says it is', 'image/png'],
  ])('goes by %s', (_, type) => {
    const url = data(type, pdfOf({ pages: 3 }));
    expect(measure(user({ type: 'image_url', image_url: { url } }))).toMatchObject({
      images: [],
      pages: 3,
    });
  });

  it('counts the pages of a PDF, not its bytes', () => {
    const file = { file_data: data('application/pdf', pdfOf({ pages: 30, bytes: 3_000_000 })) };
    const { fileTokens, pages, textTokens } = measure(user({ type: 'file', file }));
    expect(pages).toBe(30);
    expect(fileTokens).toBe(30 * mediaLimits.perPage);
    expect(textTokens).toBeLessThan(500);
  });

  it('counts a text file by its text', () => {
    const file = {
      filename: 'a.csv',
      file_data: data('text/csv', Buffer.from('1,2,3\n'.repeat(100))),
    };
    const { fileTokens, pages } = measure(user({ type: 'file', file }));
    expect([fileTokens, pages]).toEqual([700, 0]);
  });

  it('has no bound for a file of unknown format', () => {
    const file = { file_data: data('application/zip', deflateSync(Buffer.alloc(10))) };
    expect(measure(user({ type: 'file', file })).fileTokens).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts the seconds of audio', () => {
    const wav = { data: wavOf(10).toString('base64'), format: 'wav' };
    const tokens = (input_audio: object) =>
      measure(user({ type: 'input_audio', input_audio })).audioTokens;
    expect(tokens(wav)).toBe(Math.ceil(10 * mediaLimits.perSecondOfAudio + 1));
    // At the lowest rate of speech codecs: 6 kbit/s.
    expect(tokens({ data: Buffer.alloc(7_500).toString('base64'), format: 'ogg' })).toBe(320);
    expect(tokens({ data: 'AAAA', format: 'flac' })).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts the seconds of video', () => {
    const url = data('video/mp4', Buffer.alloc(62_500));
    const { videoTokens } = measure(user({ type: 'video_url', video_url: { url } }));
    expect(videoTokens).toBeGreaterThanOrEqual(10 * mediaLimits.perSecondOfVideo);
    expect(videoTokens).toBeLessThan(11 * mediaLimits.perSecondOfVideo);
  });

  it.each([
    ['none', {}],
    ['minutes', { cache_control: { type: 'ephemeral' } }],
    ['minutes', user({ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '5m' } })],
    ['hour', { tools: [{ cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
    ['none', { cache_control: null }],
  ])('finds cached parts: %s', (cache, body) => {
    expect(measure(body).cache).toBe(cache);
  });
});
