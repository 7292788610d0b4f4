import { membersOf } from '../../setup/without.ts';
import { judged, listed } from '../validate.ts';
import type { Topic } from './topic.ts';

export const providers: Topic = {
  title: 'providers',
  purpose: 'never use some, try some first',
  members: membersOf.providers,
  removable: 'providers',
  core: false,
  given: (said) => said.excludeProviders !== null || said.preferProviders !== null,
  shown: ({ providerPreferences: said = {} }) =>
    [
      ...(said.exclude === undefined ? [] : [`never ${said.exclude.join(', ')}`]),
      ...(said.prefer === undefined ? [] : [`first ${said.prefer.join(', ')}`]),
    ].join('; ') || null,
  async ask({ deps }, { members: { providerPreferences: before = {} } }) {
    const ask = async (
      message: string,
      known: readonly string[] = [],
      judge: (slugs: readonly string[]) => true | string,
    ) =>
      listed(
        await deps.prompter.input({
          message,
          ...(known.length === 0 ? {} : { default: known.join(', ') }),
          validate: (text) => judge(listed(text)),
        }),
      );
    const exclude = await ask(
      `Providers never to use, e.g. azure (commas between; Enter ${onEnter(before.exclude)})`,
      before.exclude,
      (excludeProviders) => judged({ excludeProviders }),
    );
    const prefer = await ask(
      `Providers to try first, e.g. anthropic (Enter ${onEnter(before.prefer)})`,
      before.prefer,
      (preferProviders) => judged({ excludeProviders: exclude, preferProviders }),
    );
    if (exclude.length + prefer.length === 0) return {};
    return {
      providerPreferences: {
        ...before,
        ...(exclude.length === 0 ? {} : { exclude }),
        ...(prefer.length === 0 ? {} : { prefer }),
      },
    };
  },
};

function onEnter(known: readonly string[] | undefined): string {
  return known === undefined ? 'for none' : 'keeps them';
}
