import type { CatalogModel } from '../../catalog/model.ts';
import { defineCheck, type Problem } from '../check.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';
import { atMember } from '../place.ts';

// The guide's own chain goes from a million tokens to 128,000 and is fine: conversations rarely grow past that.
const muchSmaller = 4;
const enough = 64_000;

export const modelsContext = defineCheck({
  id: 'models/context',
  summary: 'a fallback can take over the conversation: its context is not much smaller',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return read.entries.flatMap((entry): Problem[] => {
      const links = mentionsOf(read, entry);
      const primary = links.find(({ role }) => role === 'primary');
      const size = primary === undefined ? undefined : contextOf(modelOf(list, primary));
      if (primary === undefined || size === undefined) return [];
      return links
        .filter(({ role }) => role.startsWith('fallback'))
        .flatMap((link) => problem(link, contextOf(modelOf(list, link)), size));
    });

    function problem(
      { id, path }: Mention,
      tokens: number | undefined,
      primary: number,
    ): Problem[] {
      if (tokens === undefined || tokens >= enough || tokens * muchSmaller > primary) return [];
      return [
        {
          severity: 'warning',
          message: `"${id}" takes ${thousands(tokens)} tokens, the primary ${thousands(primary)}: a long conversation does not fit`,
          ...atMember(read, path),
          fixHint: `openclaw-openrouter models --min-context ${enough} lists larger ones`,
        },
      ];
    }
  },
});

// The routers take whatever their best model takes, and say nothing about the one that will answer.
function contextOf(model: CatalogModel | undefined): number | undefined {
  return model === undefined || model.inputPerMillion === null
    ? undefined
    : (model.contextLength ?? undefined);
}

function thousands(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
