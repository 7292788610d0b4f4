import * as v from 'valibot';
import { decimalText } from '../platform/money.ts';
import { cleanText } from '../text/terminal.ts';

/**
 * The pieces from which the shapes of OpenRouter's answers are made. They are liberal on purpose: what is missing,
 * or of another type than documented, becomes null (or an empty list) and never breaks the answer around it.
 */
export const text = v.fallback(v.nullable(v.pipe(v.string(), v.transform(cleanText))), null);

/** Text that is kept byte for byte: what a model wrote, ids that are sent back. */
export const rawText = v.fallback(v.nullable(v.string()), null);

/** A text that must be there. */
export const requiredText = v.pipe(v.string(), v.transform(cleanText), v.nonEmpty());

export const number = v.fallback(v.nullable(v.pipe(v.number(), v.finite())), null);

/** How many there are of something, e.g. tokens. */
export const count = v.fallback(
  v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  null,
);

export const boolean = v.fallback(v.nullable(v.boolean()), null);

/** A decimal string, or null. */
export const money = v.fallback(v.pipe(v.unknown(), v.transform(decimalText)), null);

/**
 * What one answer cost, a decimal string; null for what no answer can cost: less than nothing, a million dollars, a
 * figure of which most digits stand for parts of a trillionth of a cent.
 */
export const charge = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform(decimalText),
    v.nullable(v.pipe(v.string(), v.regex(/^\d{1,6}(\.\d{1,40})?$/))),
  ),
  null,
);

/** A decimal string; `"0"` where there is none. */
export const moneyOrZero = v.fallback(
  v.pipe(
    v.unknown(),
    v.transform((value) => decimalText(value) ?? '0'),
  ),
  '0',
);

/** A decimal string that must be there. */
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

/** A list of which the rows that do not fit are dropped. */
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
