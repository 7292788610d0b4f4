/** A message that GitHub shows at a line of a file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  /** May have several lines. */
  readonly message: string;
  /** Relative to the root of the repository. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * The workflow command for an annotation, as one line
 * (docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
export function annotationLine(annotation: Annotation): string {
  const { level, title, message, file, line, column } = annotation;
  const properties = Object.entries({ file, line, col: column, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${level} ${properties.join(',')}::${escapeData(message)}\n`;
}

/**
 * Breaks up text that the GitHub Actions runner would interpret as a command, by adding a visible space: `::error::` at
 * the start of a line (also after white space), and the older form anywhere (`##[error]`, and `##vso[…]` in Azure
 * Pipelines). See ActionCommand.cs in actions/runner.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*:)(?=:)/gm, '$1 ').replace(/##([\w.-]*)(?=\[)/g, '##$1 ');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** JSON that a CI runner cannot mistake for commands. Unlike `withoutCommands`, this does not change the value. */
export function jsonText(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent);
  return text.includes('##') ? text.replace(/##([\w.-]*)\[/g, '##$1\\u005b') : text;
}
