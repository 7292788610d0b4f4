import { tildePath } from '../../platform/paths.ts';
import { chainOf } from '../chain.ts';
import { defineCheck } from '../check.ts';
import { readableHostConfig } from '../host-config.ts';
import { memberAt } from '../models.ts';

/** The host reads its own config and not the setup file (docs.openclaw.ai/concepts/models). */
export const hostModel = defineCheck({
  id: 'host/model',
  summary: "the host's own config names the models that the setup file names",
  needs: ['host', 'setup', 'world'],
  async run({ host, setup, world }) {
    const read = await setup();
    const { path, value } = readableHostConfig(await host());
    // The same one that answers where nobody asks for another (DESIGN section 4).
    const [entry] = read.entries;
    const wanted =
      entry === undefined ? [] : chainOf(read, entry).map(({ model }) => hostId(model));
    const named = modelsIn(value);
    if (wanted.length === 0 || wanted.join() === named.join()) return [];
    return [
      {
        severity: 'info',
        message: `${tildePath(path, world.place)} names ${named.join(', ') || 'no model'}; the setup file ${wanted.join(', ')}`,
        file: path,
        fixHint: 'openclaw-openrouter apply carries it over',
      },
    ];
  },
});

function hostId(model: string): string {
  return model.startsWith('openrouter/') ? model : `openrouter/${model}`;
}

/** `agents.defaults.model` is an id, or `{primary, fallbacks}`. */
function modelsIn(config: unknown): string[] {
  const model = memberAt(config, ['agents', 'defaults', 'model']);
  const fallbacks = memberAt(model, ['fallbacks']);
  return [
    typeof model === 'string' ? model : memberAt(model, ['primary']),
    ...(Array.isArray(fallbacks) ? fallbacks : []),
  ].filter((id): id is string => typeof id === 'string');
}
