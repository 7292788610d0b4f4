import { existsSync, readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const path = new URL('../../../shared/data/openrouter-openapi.yaml', import.meta.url);

/** OpenRouter's API description is stored outside the repository. Tests that need it are skipped if it is missing. */
export const hasDescription = existsSync(path);

type Tree = Readonly<Record<string, unknown>>;

/** Returns how a response violates the description; "" if it does not. */
export type CheckAnswer = (
  method: string,
  path: string,
  status: number,
  body: unknown,
  contentType?: string,
) => string;

let check: CheckAnswer | undefined;

/** Loads the description. The returned check throws for a path, status or content type that is not in it. */
export function readDescription(): CheckAnswer {
  check ??= readAnswers();
  return check;
}

function readAnswers(): CheckAnswer {
  const root = description();
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'description', components: root.components });
  const validators = new Map<string, ValidateFunction>();
  return (method, path, status, body, contentType = 'application/json') => {
    const place = ['paths', path, method, 'responses', String(status), 'content', contentType];
    const name = place.join(' ');
    const validate = validators.get(name) ?? ajv.compile(absolute(schemaAt(root, place)));
    validators.set(name, validate);
    return validate(body) ? '' : `${name}: ${ajv.errorsText(validate.errors)}`;
  };
}

let parsed: Tree | undefined;

/** Parsed once, since that takes two seconds. */
function description(): Tree {
  parsed ??= tree(parse(readFileSync(path, 'utf8'), { uniqueKeys: false }));
  return parsed;
}

function schemaAt(root: Tree, place: readonly string[]): Tree {
  const content = place.reduce(
    (at, name) => tree(at[name], `${place.join(' ')}: no ${name}`),
    root,
  );
  return tree(content.schema);
}

function absolute(schema: Tree): Tree {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"description#/components'));
}

function tree(value: unknown, problem = 'not an object'): Tree {
  if (typeof value !== 'object' || value === null) throw new Error(problem);
  return Object.fromEntries(Object.entries(value));
}

type Members = ReadonlyMap<string, (value: unknown) => boolean>;

const membersOf = new Map<string, Members>();

/** The members of a schema in the description, each with its validator. */
export function schemaMembers(name: string): Members {
  const members = membersOf.get(name) ?? readMembers(name);
  membersOf.set(name, members);
  return members;
}

function readMembers(name: string): Members {
  const root = description();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'description', components: root.components });
  const schema = ['components', 'schemas', name, 'properties'].reduce(
    (at, key) => tree(at[key], `no ${key}`),
    root,
  );
  return new Map(
    Object.entries(schema).map(([key, member]) => {
      const validate = ajv.compile(absolute(tree(member)));
      return [key, (value: unknown) => validate(value)];
    }),
  );
}
