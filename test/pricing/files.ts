import { deflateSync } from 'node:zlib';

/** As much of a PNG as tells its size. */
export function pngHead(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(head);
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

/** As much of a JPEG as tells its size. */
export function jpegHead(width: number, height: number): Buffer {
  const frame = Buffer.alloc(19);
  frame.writeUInt16BE(0xffc0, 0);
  frame.writeUInt16BE(17, 2);
  frame.writeUInt8(8, 4);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const jfif = Buffer.from('ffd8ffe000104a46494600010101004800480000', 'hex');
  return Buffer.concat([jfif, frame, Buffer.from('ffd9', 'hex')]);
}

/** Seconds of silence, 16 kHz, 16 bits, one channel. */
export function wavOf(seconds: number): Buffer {
  const size = seconds * 32_000;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + size, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16_000, 24);
  head.writeUInt32LE(32_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(size, 40);
  return Buffer.concat([head, Buffer.alloc(size)]);
}

export interface PdfShape {
  readonly pages: number;
  /** Of a picture in it. */
  readonly bytes?: number;
  /** What the first page writes. */
  readonly text?: string;
  /** The pages are kept in a packed stream, as most programs write them today. */
  readonly packed?: boolean;
  /** Of everything outside of streams. */
  readonly more?: string;
  /** What the page tree says of itself. */
  readonly count?: number;
}

export function pdfOf({
  pages,
  bytes = 0,
  text = '',
  packed = false,
  more = '',
  count,
}: PdfShape): Buffer {
  const page = (n: number) => `<< /Type /Page /Parent 2 0 R /Contents ${n} 0 R >>`;
  const all = Array.from({ length: pages }, (_, n) => page(n + 10));
  const tree = `<< /Type /Pages /Count ${count ?? pages} /Kids [] >>`;
  const objects = packed
    ? [stream('/Type /ObjStm /N 1 /First 4', [tree, ...all].join('\n'))]
    : [tree, ...all].map((object) => `1 0 obj\n${object}\nendobj`);
  const picture = `1 0 obj\n<< /Subtype /Image /Filter /DCTDecode /Length ${bytes} >>\nstream\n${'\xff'.repeat(bytes)}\nendstream\nendobj`;
  const content = stream('', `BT /F1 12 Tf (${text}) Tj ET`);
  return Buffer.from(
    ['%PDF-1.7', ...objects, content, picture, more, '%%EOF'].join('\n'),
    'latin1',
  );
}

function stream(members: string, content: string): string {
  const data = deflateSync(Buffer.from(content, 'latin1')).toString('latin1');
  return `1 0 obj\n<< ${members} /Filter /FlateDecode /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj`;
}
