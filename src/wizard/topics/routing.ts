import { isRecord } from '../../platform/record.ts';
import { partMembers } from '../../setup/setup-request.ts';
import type { Topic, WizardContext } from '../context.ts';
import { validate } from '../validate.ts';

/** OpenRouter's provider selection rules: `parameters.provider`. */
export const routing: Topic = {
  title: 'routing',
  purpose: 'cheapest or fastest provider, price cap, privacy',
  members: partMembers.parameters,
  removable: null,
  core: false,
  isGiven: ({ param = [] }) => param.some(({ name }) => name === 'provider'),
  summary({ parameters }) {
    const { sort, max_price, zdr, data_collection } = rulesOf(parameters);
    const parts = [
      ...(typeof sort === 'string' ? [`by ${sort}`] : []),
      ...(max_price === undefined ? [] : ['price cap']),
      ...(zdr === true ? ['zero data retention'] : []),
      ...(data_collection === 'deny' ? ['no data collection'] : []),
    ];
    return parts.join(', ') || null;
  },
  async ask(context, { members: { parameters = {} } }) {
    const before = rulesOf(parameters);
    const { sort: _sort, max_price: _cap, zdr: _zdr, data_collection: _data, ...others } = before;
    const provider = {
      ...others,
      ...(await askSort(context, before)),
      ...(await askCap(context, before)),
      ...(await askPrivacy(context, before)),
    };
    const { provider: _provider, ...rest } = parameters;
    return {
      parameters: Object.keys(provider).length === 0 ? rest : { ...rest, provider },
    };
  },
};

type Rules = Readonly<Record<string, unknown>>;

function rulesOf(parameters: Rules = {}): Rules {
  return isRecord(parameters.provider) ? parameters.provider : {};
}

async function askSort({ deps }: WizardContext, { sort }: Rules): Promise<Rules> {
  const value = await deps.prompter.select({
    message: 'Which provider first?',
    default: typeof sort === 'string' ? sort : '',
    choices: [
      { name: "OpenRouter's choice: cheap and reliable", value: '' },
      { name: 'The cheapest', value: 'price' },
      { name: 'The one with the most tokens per second', value: 'throughput' },
      { name: 'The one with the fastest first token', value: 'latency' },
    ],
  });
  return value === '' ? {} : { sort: value };
}

async function askCap({ deps }: WizardContext, { max_price }: Rules): Promise<Rules> {
  const before = isRecord(max_price) ? max_price : {};
  const ask = async (kind: 'prompt' | 'completion', what: string) => {
    const current = before[kind];
    const text = await deps.prompter.input({
      message: `Highest price in USD per million ${what} tokens (Enter for none)`,
      ...(current === undefined ? {} : { default: String(current) }),
      validate: (typed) => typed.trim() === '' || validate({ param: [capOf(kind, typed)] }),
    });
    return text.trim() === '' ? {} : { [kind]: Number(text) };
  };
  const { prompt: _prompt, completion: _completion, ...others } = before;
  const cap = {
    ...others,
    ...(await ask('prompt', 'input')),
    ...(await ask('completion', 'output')),
  };
  return Object.keys(cap).length === 0 ? {} : { max_price: cap };
}

function capOf(kind: string, typed: string) {
  return { name: 'provider', value: { max_price: { [kind]: Number(typed) } } };
}

async function askPrivacy(
  { deps }: WizardContext,
  { zdr, data_collection }: Rules,
): Promise<Rules> {
  const strictest = zdr === true ? 'zdr' : data_collection === 'deny' ? 'deny' : '';
  const value = await deps.prompter.select({
    message: 'What may providers do with what you send?',
    default: strictest,
    choices: [
      { name: 'What your account at OpenRouter allows', value: '' },
      { name: 'Not collect it: no training, and no unnecessary storage', value: 'deny' },
      { name: 'Not store it at all: zero data retention (fewer providers)', value: 'zdr' },
    ],
  });
  if (value === '') return {};
  return value === 'zdr' ? { zdr: true } : { data_collection: 'deny' };
}
