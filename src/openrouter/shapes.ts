import * as v from 'valibot';
import { decimalText } from '../platform/money.ts';
import { cleanText } from '../text/terminal.ts';

/**
 * Building blocks for the shapes of OpenRouter's answers. They are lenient on purpose: a value that is missing or has
 * an undocumented type becomes null (or an empty list) instead of invalidating the whole answer.
 */
export const text = v.fallback(v.nullable(v.pipe(v.string(), v.transform(cleanText))), null);

/** Text kept byte for byte, such as what a model wrote. */
export const rawText = v.fallback(v.nullable(v.string()), null);

export const requiredText = v.pipe(v.string(), v.transform(cleanText), v.nonEmpty());

export const number = v.fallback(v.nullable(v.pipe(v.number(), v.finite())), null);

/** A count, e.g. of tokens. */
export const count = v.fallback(
  v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  null,
);

export const boolean = v.fallback(v.nullable(v.boolean()), null);

/** A decimal string, or null. */
export const money = v.fallback(v.pipe(v.unknown(), v.transform(decimalText)), null);

/**
 * The cost of one answer, a decimal string; null for an implausible one: negative, a million dollars or more, or with
 * more than 40 decimals.
 */
export const charge = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform(decimalText),
    v.nullable(v.pipe(v.string(), v.regex(/^\d{1,6}(\.\d{1,40})?$/))),
  ),
  null,
);

/** A decimal string; `"0"` if there is none. */
export const moneyOrZero = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform((value) => decimalText(value) ?? '0'),
  ),
  '0',
);

export const requiredMoney = v.pipe(v.unknown(), v.transform(decimalText), v.string());

export const texts = v.fallback(
  v.pipe(
    v.array(v.unknown()),
    v.transform((items) =>
      items.filter((item): item is string => typeof item === 'string').map(cleanText),
    ),
  ),
  [],
);

export const record = v.fallback(v.nullable(v.record(v.string(), v.unknown())), null);

/** A list without its invalid rows. */
export function rows<S extends v.GenericSchema>(row: S) {
  return v.pipe(
    v.array(v.unknown()),
    v.transform((items) =>
      items.flatMap((item): v.InferOutput<S>[] => {
        const parsed = v.safeParse(row, item);
        return parsed.success ? [parsed.output] : [];
      }),
    ),
  );
}
