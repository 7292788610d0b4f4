/** JSON that says the same with no command for a CI runner in it (`withoutCommands` would change what it says). */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(/##([\w.-]*)\[/g, '##$1\\u005b');
}
