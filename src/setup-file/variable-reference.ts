/** A text that stands for the value of an environment variable, in the spelling of any tool. */
interface VariableReference {
  readonly name: string;
  /** Nothing but its form says that a name is meant: upper case with an underscore, as in `MY_KEY` or `<MY_KEY>`. */
  readonly isBare: boolean;
}

/**
 * What stands around a name. Shells, `.env` files and Make write `$X`, `${X}` and `$(X)`, Windows `%X%`, PowerShell
 * `$env:X`, VS Code `${env:X}`, opencode `{env:X}`, LiteLLM `os.environ/X`, templates `{{ env.X }}`, mkdocs `!ENV X`.
 * A closing brace may have been forgotten.
 */
const wrappers: readonly { readonly form: RegExp; readonly isBare?: true }[] = [
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

/** Null for a text that stands for itself, such as a key. */
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
  // Most are plain names, and each form takes its time when it is first used.
  if (/^\w*$/.test(text)) return null;
  for (const { form, isBare = false } of wrappers) {
    const [, inner, other] = form.exec(text) ?? [];
    const found = (inner ?? other)?.trim();
    if (found !== undefined) return { inner: found, isBare };
  }
  return null;
}
