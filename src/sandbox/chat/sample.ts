import { isRecord } from '../../platform/record.ts';
import type { Json } from '../body.ts';

/** The plainest value that satisfies a JSON schema of the common kind: its required members, nothing more. */
export function sampleOf(schema: unknown): unknown {
  if (!isRecord(schema)) return 'sandbox';
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [kind] = Array.isArray(schema.type) ? schema.type : [schema.type];
  switch (kind) {
    case 'number':
    case 'integer':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return Array.from({ length: fewest(schema) }, () => sampleOf(schema.items));
    case 'string':
      return 'sandbox';
    default:
      return sampleObject(schema);
  }
}

function sampleObject(schema: Json): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name])]));
}

// Nobody needs a sample of a million.
function fewest({ minItems }: Json): number {
  return typeof minItems === 'number' ? Math.min(Math.max(0, minItems), 10) : 0;
}
