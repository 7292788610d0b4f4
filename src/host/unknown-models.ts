import { idProblemText, judgeId, suggestionFor } from '../catalog/judge-id.ts';
import type { Catalog } from '../catalog/load.ts';
import { modelTrouble } from '../catalog/model-trouble.ts';
import { canonicalModelId, hostModelId } from '../openrouter/model-id.ts';
import { plural } from '../platform/wording.ts';
import type { Entry } from '../setup-file/entry.ts';
import { routedChannels } from './channels.ts';
import { hostChain } from './model.ts';
import type { ApplicableSetup, PlanOptions } from './plan-options.ts';

/** Models that the host will ask for although the list does not have them, with what was probably meant. */
export async function unknownModelNotes(
  setup: ApplicableSetup,
  options: Pick<PlanOptions, 'entry' | 'throughGateway'>,
  catalog: Catalog | null,
  now: Date,
): Promise<readonly string[]> {
  if (catalog === null) return [];
  const list = `OpenRouter's list of ${catalog.fetchedAt.slice(0, 10)}`;
  const found = usedEntries(setup, options).flatMap((entry) =>
    modelsOf(entry, options).flatMap((id) => {
      const trouble = modelTrouble(catalog, [], id);
      return trouble === null ? [] : [{ entry, id, trouble }];
    }),
  );
  const notes = found.slice(0, maxNotes).map(async ({ entry, id, trouble }) => {
    const problem = await judgeId(catalog, id, trouble, now, async () => null);
    if (problem === null) return [];
    const better = suggestionFor(catalog, problem);
    const advice = better === null ? '' : `; use ${better}`;
    return [`${entry.name}: ${idProblemText(problem)}, according to ${list}${advice}`];
  });
  const rest = found.length - maxNotes;
  const more =
    rest > 0
      ? [
          `${plural(rest, 'more model id has a problem', 'more model ids have problems')}, according to ${list}`,
        ]
      : [];
  return [...(await Promise.all(notes)).flat(), ...more];
}

/** Finding a similar id takes milliseconds for each. */
const maxNotes = 20;

/** The gateway answers by the name of any entry. */
function usedEntries(
  setup: ApplicableSetup,
  { entry, throughGateway }: Pick<PlanOptions, 'entry' | 'throughGateway'>,
): readonly Entry[] {
  if (throughGateway) return setup.entries.filter((one) => hostChain(one).length > 0);
  return [...new Set([entry, ...routedChannels(setup).map((channel) => channel.entry)])];
}

/** Only the gateway uses the complex model. */
function modelsOf(
  { defaultModel, fallbackModels, complexModel }: Entry,
  { throughGateway }: Pick<PlanOptions, 'throughGateway'>,
): readonly string[] {
  const ids = [defaultModel, ...fallbackModels, (throughGateway && complexModel) || ''];
  const written = ids.filter((id) => id.trim() !== '');
  // As the host will have them: blanks around an id, for one, do no harm there.
  return [...new Set(written.map((id) => canonicalModelId(hostModelId(id))))];
}
