import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** What may stand in an element: attributes by name, children in their order. */
interface Element {
  readonly attributes: Readonly<Record<string, { readonly like: RegExp; readonly may?: true }>>;
  readonly children: readonly {
    readonly oneOf: readonly string[];
    readonly from: number;
    readonly to: number;
  }[];
  readonly text?: true;
}

const some = { like: /\S/ };
const any = { like: /^[\s\S]*$/ };
const whole = { like: /^\d+$/ };
const decimal = { like: /^\d+(\.\d+)?$/ };
const nothing: Element = { attributes: {}, children: [] };

/**
 * The rules that the two schemas in use have in common, the stricter where they differ: Ant's JUnit.xsd for order,
 * attributes and what must be there, Jenkins' junit-10.xsd for a property where there are properties.
 */
const schema: Readonly<Record<string, Element>> = {
  testsuites: { attributes: {}, children: [times('testsuite', 0, Number.POSITIVE_INFINITY)] },
  testsuite: {
    attributes: {
      package: any,
      id: whole,
      name: some,
      timestamp: { like: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/ },
      hostname: some,
      tests: whole,
      failures: whole,
      errors: whole,
      skipped: { ...whole, may: true },
      time: decimal,
    },
    children: [
      times('properties', 1, 1),
      times('testcase', 0, Number.POSITIVE_INFINITY),
      times('system-out', 1, 1),
      times('system-err', 1, 1),
    ],
  },
  properties: { attributes: {}, children: [times('property', 1, Number.POSITIVE_INFINITY)] },
  property: { attributes: { name: some, value: any }, children: [] },
  testcase: {
    attributes: { name: any, classname: any, time: decimal },
    children: [{ oneOf: ['skipped', 'error', 'failure'], from: 0, to: 1 }],
  },
  skipped: nothing,
  error: { attributes: { message: { ...any, may: true }, type: any }, children: [], text: true },
  failure: { attributes: { message: { ...any, may: true }, type: any }, children: [], text: true },
  'system-out': { ...nothing, text: true },
  'system-err': { ...nothing, text: true },
};

function times(name: string, from: number, to: number) {
  return { oneOf: [name], from, to };
}

/** What in a document is against the schema, each with its element; empty when it is valid. */
export function junitFaults(xml: string): string[] {
  const wellFormed = XMLValidator.validate(xml);
  if (wellFormed !== true) return [wellFormed.err.msg];
  const [root, ...more] = nodesOf(parser.parse(xml)).filter(({ name }) => name !== '?xml');
  if (root?.name !== 'testsuites' || more.length > 0) return ['the root is not one testsuites'];
  return [...faultsOf(root), ...countFaults(root)];
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
});

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
}

type Parsed = readonly (Readonly<Record<string, Parsed>> & {
  readonly ':@'?: Node['attributes'];
})[];

function nodesOf(parsed: Parsed): Node[] {
  return parsed.map((raw) => {
    const { ':@': attributes = {}, ...rest } = raw;
    const [[name, children] = ['', []]] = Object.entries(rest);
    return { name, attributes, children: Array.isArray(children) ? nodesOf(children) : [] };
  });
}

function faultsOf({ name, attributes, children }: Node): string[] {
  const rules = schema[name];
  if (rules === undefined) return [`${name} is not known`];
  const unknown = Object.keys(attributes).filter((each) => !(each in rules.attributes));
  const wrong = Object.entries(rules.attributes).filter(([each, { like, may }]) => {
    const value = attributes[each];
    return value === undefined ? may !== true : !like.test(value);
  });
  const elements = children.filter((child) => child.name !== '#text');
  const text = children.length > elements.length && rules.text !== true;
  return [
    ...unknown.map((each) => `${name} has the attribute ${each}`),
    ...wrong.map(([each]) => `${name} has ${each}=${attributes[each]}`),
    ...(text ? [`${name} has text`] : []),
    ...orderFaults(name, elements, rules),
    ...elements.flatMap(faultsOf),
  ];
}

function orderFaults(name: string, elements: readonly Node[], rules: Element): string[] {
  const left = [...elements];
  const faults = rules.children.flatMap(({ oneOf, from, to }) => {
    let count = 0;
    while (left[0] !== undefined && oneOf.includes(left[0].name)) {
      left.shift();
      count += 1;
    }
    return count < from || count > to ? [`${name} has ${count} ${oneOf.join(' or ')}`] : [];
  });
  return [...faults, ...left.map((each) => `${each.name} is out of its place in ${name}`)];
}

/** No schema says it, and every reader relies on it. */
function countFaults(root: Node): string[] {
  return root.children.flatMap(({ name, attributes, children }) => {
    const cases = children.filter((child) => child.name === 'testcase');
    const having = (what: string) =>
      cases.filter((each) => each.children.some((child) => child.name === what)).length;
    const counted = {
      tests: cases.length,
      failures: having('failure'),
      errors: having('error'),
      skipped: having('skipped'),
    };
    return Object.entries(counted).flatMap(([what, count]) =>
      attributes[what] === String(count)
        ? []
        : [`${name} counts ${attributes[what]} ${what}, not ${count}`],
    );
  });
}
