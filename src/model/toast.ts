import type { Column } from "./catalog.ts";

/** Types whose values are too short to be the one that PostgreSQL moves out of the row, whatever their storage. */
const short = /^(numeric|inet|cidr|bit|bit varying|int4range|int8range|numrange|daterange|tsrange|tstzrange)\b(?!.*\[\])/;
/** A shorter text is not what makes a row too large for its page: four bytes a character stay under a quarter of the 2 kB limit. */
const shortText = 125;

/**
 * Whether values of the column are likely to be stored out of line (TOAST) and then, unchanged, to be missing from the stream.
 * Source: PostgreSQL manual, "TOAST"; a row is moved out from 2 kB on, its longest values first.
 */
export function mayBeToasted({ storage, type }: Column): boolean {
  if (storage !== "extended" && storage !== "external") return false;
  if (short.test(type.text)) return false;
  const length = /^character(?: varying)?\((\d+)\)$/.exec(type.text)?.[1];
  return length === undefined || Number(length) > shortText;
}
