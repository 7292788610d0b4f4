/** A company that serves models. `provider.order` and `provider.ignore` contain its `slug`. */
export interface Provider {
  readonly slug: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly headquarters: string;
}

/** Real names and slugs of OpenRouter, because clients validate them against a closed set. */
export const providers: readonly Provider[] = parse(`
ai21 | AI21 | IL
alibaba | Alibaba | SG
amazon-bedrock | Amazon Bedrock | US
anthropic | Anthropic | US
azure | Azure | US
cohere | Cohere | CA
deepinfra | DeepInfra | US
fake-provider | FakeProvider | US
fireworks | Fireworks | US
google-ai-studio | Google AI Studio | US
google-vertex | Google | US
groq | Groq | US
minimax | Minimax | SG
mistral | Mistral | FR
moonshotai | Moonshot AI | SG
nebius | Nebius | NL
novita | Novita | US
nvidia | Nvidia | US
openai | OpenAI | US
parasail | Parasail | US
perplexity | Perplexity | US
together | Together | US
venice | Venice | US
xai | xAI | US
z-ai | Z.AI | SG
`);

/** The provider with this slug. Throws for an unknown one, since it is a mistake in our table or in a test. */
export function providerOf(slug: string): Provider {
  const provider = providers.find((each) => each.slug === slug);
  if (provider === undefined) throw new Error(`The sandbox has no provider "${slug}"`);
  return provider;
}

function parse(table: string): Provider[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [slug = '', name = '', headquarters = ''] = line.split(' | ');
      return { slug, name, headquarters };
    });
}
