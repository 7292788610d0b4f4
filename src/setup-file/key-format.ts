/** A key currently has 64 hex digits after its prefix. The pattern is looser, to allow for future formats. */
const wellFormed = /^sk-or-v1-[A-Za-z0-9_-]{32,}$/;

/** What is wrong with a text that should be an OpenRouter key, or null. Never repeats the text. */
export function keyFormatProblem(text: string): string | null {
  if (wellFormed.test(text)) return placeholderProblem(text);
  const trimmed = text.trim();
  if (trimmed === '') return 'is empty';
  if (/[\r\n]/.test(trimmed)) return 'has more than one line; a key is one line';
  if (trimmed !== text) return 'has white space around it';
  if (/^(['"`]).*\1$/.test(text)) return 'has quotes around it; leave them out';
  if (variableReference(text) !== null) return 'is the name of a variable, not its value';
  if (/^bearer\s/i.test(text)) return 'begins with "Bearer"; leave that out';
  return otherProblem(text);
}

/** The part of a key that is safe to show and enough to recognize it: `sk-or-v1-1a2b…`. */
export function keyPrefix(key: string): string {
  return wellFormed.test(key) ? `${key.slice(0, 'sk-or-v1-'.length + 4)}…` : '(hidden)';
}

/** The page on which a key is disabled or deleted. */
export function keyPage(hash: string): string {
  return `https://openrouter.ai/keys/${hash}`;
}

/** The variable for an entry without an `apiKey`. */
export const defaultKeyVariable = 'OPENROUTER_API_KEY';

/**
 * The variable with the management key, which manages other keys. A management key cannot be used for inference, so it
 * is never the key of an entry (OpenRouter docs, "Management API keys").
 */
export const managementKeyVariable = 'OPENROUTER_MANAGEMENT_KEY';

/** The variable that an `apiKey` text references, e.g. `${OPENROUTER_API_KEY}`; null if the text is a literal key. */
export function keyVariable(apiKeyText: string | null): string | null {
  if (apiKeyText === null || apiKeyText.trim() === '') return defaultKeyVariable;
  return /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(apiKeyText.trim())?.[1] ?? null;
}

/** The variable that an `apiKey` text references; the default variable for a literal key. */
export function variableFor(apiKeyText: string | null): string {
  return keyVariable(apiKeyText) ?? defaultKeyVariable;
}

function placeholderProblem(text: string): string | null {
  return /^sk-or-v1-([xX0._-])\1+$/.test(text) ? 'is a placeholder from an example' : null;
}

function otherProblem(text: string): string {
  if (text.startsWith('sk-ant-'))
    return 'is an Anthropic key; OpenRouter keys begin with sk-or-v1-';
  if (!text.startsWith('sk-or-')) {
    return /^sk-(proj-)?[A-Za-z0-9]/.test(text)
      ? 'looks like an OpenAI key; OpenRouter keys begin with sk-or-v1-'
      : 'is not an OpenRouter key; those begin with sk-or-v1-';
  }
  if (!text.startsWith('sk-or-v1-')) return 'begins with sk-or- but not with sk-or-v1-';
  if (/[^A-Za-z0-9_-]/.test(text)) return 'has characters that no key has; copy it again';
  return placeholderProblem(text) ?? 'is too short; it was probably cut off when it was copied';
}

/** A text that stands for the value of an environment variable, in the syntax of any tool. */
interface VariableReference {
  readonly name: string;
  /** Only its form suggests a variable name: upper case with an underscore, as in `MY_KEY` or `<MY_KEY>`. */
  readonly isBare: boolean;
}

/**
 * The syntax around a variable name. Shells, `.env` files and Make use `$X`, `${X}` and `$(X)`, Windows `%X%`,
 * PowerShell `$env:X`, VS Code `${env:X}`, opencode `{env:X}`, LiteLLM `os.environ/X`, templates `{{ env.X }}`, mkdocs
 * `!ENV X`. A missing closing brace is accepted.
 */
const wrappers: readonly { readonly form: RegExp; readonly isBare?: true }[] = [
  // The most common form comes first, so that the others need not be compiled.
  { form: /^\$\{(\w+)\}$/ },
  { form: /^\$\{\{(.+)\}\}$/ },
  { form: /^\{\{(.+)\}\}$/ },
  { form: /^\$\{(.+?)(?::?[-=?+].*)?\}?$/ },
  { form: /^\$\((.+?)\)?$/ },
  { form: /^%(.+)%$/ },
  { form: /^(?:os\.environ|process\.env|import\.meta\.env|ENV)\[(.+)\]$/i },
  { form: /^(?:os\.environ\.get|os\.getenv|getenv|env|Deno\.env\.get)\((.+)\)$/i },
  { form: /^(?:os\.environ\/|(?:process\.|import\.meta\.)env\.|secrets\.|!?\$?env[:. ])(.+)$/i },
  { form: /^\$(.+)$/ },
  { form: /^\{(.+)\}$/, isBare: true },
  { form: /^<(.+)>$/, isBare: true },
  { form: /^"(.+)"$|^'(.+)'$/, isBare: true },
];

/** Null for a literal text, such as a key. */
export function variableReference(text: string): VariableReference | null {
  let rest = text.trim();
  let isBare = true;
  for (let found = unwrap(rest); found !== null; found = unwrap(rest)) {
    rest = found.inner;
    isBare &&= found.isBare;
  }
  const form = isBare ? /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/ : /^[A-Za-z_]\w*$/;
  return form.test(rest) ? { name: rest, isBare } : null;
}

function unwrap(text: string): { readonly inner: string; readonly isBare: boolean } | null {
  // A shortcut for plain names, which are the common case: each pattern takes time to compile on first use.
  if (/^\w*$/.test(text)) return null;
  for (const { form, isBare = false } of wrappers) {
    const [, inner, other] = form.exec(text) ?? [];
    const found = (inner ?? other)?.trim();
    if (found !== undefined) return { inner: found, isBare };
  }
  return null;
}
