import type { Found } from '../setup/detect.ts';
import type { Talk } from './context.ts';
import { nothingWanted } from './wants.ts';

/** Offers what the host's own config has; false where it has nothing, or a person wants something else. */
export async function askTakeover({ deps, found }: Talk): Promise<boolean> {
  if (takeoverWords(found) === '') return false;
  return deps.prompter.select({
    message: 'OpenClaw uses OpenRouter already. What now?',
    choices: [
      { name: 'Take it over', value: true },
      { name: 'Set up something else', value: false },
    ],
  });
}

/** Entries with their models, and channels; "" where there is nothing to take over. */
export function takeoverWords({ takeover }: Found): string {
  const { drafts, channels } = takeover ?? nothingWanted;
  const models = drafts.map(({ name, members }) => `${name} (${members.defaultModel ?? ''})`);
  const names = channels.map(({ channel }) => channel);
  return [
    ...(models.length > 3 ? [...models.slice(0, 2), `${models.length - 2} more`] : models),
    ...(names.length === 0
      ? []
      : [names.length > 3 ? `${names.length} channels` : names.join(', ')]),
  ].join(', ');
}
