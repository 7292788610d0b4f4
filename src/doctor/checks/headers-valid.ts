import { defineCheck } from '../check.ts';
import { isSecretHeader } from '../header-secret.ts';
import { memberAt } from '../models.ts';
import { setupProblems } from '../setup-problems.ts';

export const headersValid = defineCheck({
  id: 'headers/valid',
  summary: 'HTTP allows the names and values of the headers',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return setupProblems(read, 'headers/valid').filter(
      ({ path = [] }) => !isSecretHeader(String(path.at(-1)), String(memberAt(read.value, path))),
    );
  },
});
