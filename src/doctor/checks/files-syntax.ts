import { defineCheck } from '../check.ts';

export const filesSyntax = defineCheck({
  id: 'files/syntax',
  summary: 'the setup file parses as JSON5',
  needs: ['reading'],
  async run({ reading }) {
    const read = await reading();
    if (read.state === 'missing') return [];
    if (read.state === 'read') return [{ remark: 'parses' }];
    const { message, line, column, frame, hint } = read.error;
    return [
      {
        severity: 'error',
        message,
        place: { file: read.path, line, column },
        detail: frame,
        ...(hint === undefined ? {} : { fixHint: hint }),
      },
    ];
  },
});
