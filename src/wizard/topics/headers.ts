import { membersOf } from '../../setup/without.ts';
import type { Talk } from '../context.ts';
import { judged, judgedFlags } from '../validate.ts';
import type { Topic } from './topic.ts';

export const headers: Topic = {
  title: 'headers',
  purpose: 'tell OpenRouter which site and program asks',
  members: membersOf.headers,
  removable: 'headers',
  core: false,
  given: (said) => said.headers.length > 0,
  shown: ({ headers: said = {} }) => Object.keys(said).join(', ') || null,
  async ask(talk, { members: { headers: before = {} } }) {
    const referer = await askHeader(talk, 'HTTP-Referer', 'the address of your site', before);
    const title = await askHeader(talk, 'X-Title', 'a name for the logs of OpenRouter', before);
    const all = { ...before, ...referer, ...title, ...(await askOthers(talk)) };
    return Object.keys(all).length === 0 ? {} : { headers: all };
  },
};

async function askHeader(
  { deps }: Talk,
  name: string,
  meaning: string,
  before: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const value = before[name];
  const text = await deps.prompter.input({
    message: `${name}: ${meaning} (Enter ${value === undefined ? 'leaves it out' : 'keeps it'})`,
    ...(value === undefined ? {} : { default: value }),
    validate: (typed) => judged({ headers: [{ name, value: typed.trim() }] }),
  });
  return text.trim() === '' ? {} : { [name]: text.trim() };
}

async function askOthers({ deps }: Talk): Promise<Record<string, string>> {
  const others: Record<string, string> = {};
  for (;;) {
    const text = await deps.prompter.input({
      message: 'Another header as name=value (Enter goes on)',
      validate: (typed) => (typed.trim() === '' ? true : judgedFlags({ header: [typed] })),
    });
    if (text.trim() === '') return others;
    const [name = '', ...value] = text.split('=');
    others[name.trim()] = value.join('=').trim();
  }
}
