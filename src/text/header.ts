/**
 * The value of an HTTP header, which may hold the names of entries in any language: percent-encoded where a header has
 * no place for a character. Half of a surrogate pair, which JSON may hold, cannot be encoded and is replaced.
 */
export function encodeHeader(text: string): string {
  return encodeURI(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}
