import type { ServerResponse } from 'node:http';

/** A whole answer of OpenRouter. */
export function answered(content: string, more: object = {}) {
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }];
  return { id: 'gen-1', model: 'openai/gpt-4o', choices, usage: { cost: 0.000001 }, ...more };
}

/** One chunk of a stream. */
export function chunk(content: string, more: object = {}): string {
  const choices = [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'gen-1', choices, ...more })}\n\n`;
}

const finish = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

/** The end of a stream that is whole. */
export const end = `data: ${JSON.stringify(finish)}\n\ndata: [DONE]\n\n`;

export function asStream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream', 'x-upstream': 'kept' });
}
