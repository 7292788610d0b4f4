import { defineCheck, type Problem } from '../check.ts';
import { memberAt } from '../models.ts';
import { atMember } from '../place.ts';

// Three tries of a link wait some seconds; ten keep a person waiting for a minute before the next link is asked.
const most = 5;

export const chainMaxRetries = defineCheck({
  id: 'chain/max-retries',
  summary: 'maxRetries is reasonable, and has an effect',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const path = [...entry.path, 'maxRetries'];
      if (typeof memberAt(read.value, path) !== 'number') return [];
      const { maxRetries, retryOnFailure } = entry;
      const what = wrongWith(maxRetries, retryOnFailure);
      if (what === null) return [];
      return [
        {
          severity: maxRetries > most ? 'warning' : 'info',
          message: `${entry.name}: maxRetries is ${maxRetries}${what.problem}`,
          ...atMember(read, path),
          fixHint: what.hint,
        },
      ];
    });
  },
});

function wrongWith(retries: number, on: boolean): { problem: string; hint: string } | null {
  if (retries > most) {
    return {
      problem: `: so many tries of a link that is down keep the next one waiting`,
      hint: '2 is usual',
    };
  }
  if (on && retries === 0) {
    return { problem: ', so that retryOnFailure retries nothing', hint: '2 is usual' };
  }
  if (on || retries === 0) return null;
  return { problem: ' and has no effect', hint: 'set retryOnFailure to true' };
}
