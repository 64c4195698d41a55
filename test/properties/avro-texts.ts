import { numbersOf, schemaPair } from "./avro-schemas.ts";

// What is put in place of some part of a schema: each kind of JSON, each kind of name, each kind of type.
const others = `
null true 0 1 -1 1.5 2147483648 1e20 "" "x" "NaN" "Infinity" "1" [] {} {"a":1} {"k":null} [1] ["A"]
"int" "null" "long" "string" "bytes" "record" "enum" "fixed" "array" "map" "union" "error" "ascending" "ignore"
"R" "x.R" ".R" "y.z.S" "a.b." "a..b" "R." "a-b" "1a" "größe" "€" "$" "_" "a\\u0020b" "\\"" "\\\\" "\\n"
["null"] ["null","int"] ["int","null"] ["string","string"] [["null"]]
{"type":"int"} {"type":"array","items":"int"} {"type":"map","values":"long"} {"type":"union"} {"type":["null"]}
{"type":"fixed","name":"F","size":2} {"type":"enum","name":"E","symbols":["A","B"]} {"type":"record","name":"R","fields":[]}
{"type":"bytes","logicalType":"decimal","precision":4,"scale":2} {"type":"int","logicalType":"date"}`
  .trim()
  .split(/\s+/)
  .map((text): unknown => JSON.parse(text));

const keys = "type name namespace fields items values symbols size default aliases doc order logicalType precision scale foo".split(" ");

type Choose = () => number;
const pick = <Item>(choose: Choose, items: readonly Item[]): Item | undefined => items[Math.floor(choose() * items.length)];

/** The text of a schema in which up to three parts were replaced, removed, added or repeated elsewhere; mostly no valid schema any more. */
export function schemaText(seed: number): string {
  const choose = numbersOf(seed);
  const schema = { root: structuredClone(schemaPair(seed).reader) as unknown };
  for (let change = Math.floor(choose() * 2.5); change >= 0; change -= 1) changeOne(schema, choose);
  // The bare word is how the parser is given the primitive type.
  const text = JSON.stringify(schema.root ?? "");
  // Numbers as JavaScript would not write them.
  const number = pick(choose, [".0", "e2", ".10", ...Array.from({ length: 12 }, () => "")]) ?? "";
  return text.replace(/:(\d+)(?=[,}])/, `:$1${number}`);
}

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function changeOne(schema: { root: unknown }, choose: Choose): void {
  const places = [...placesIn(schema)];
  const place = pick(choose, places);
  const kind = choose();
  if (place === undefined) return;
  if (kind < 0.35) put(place, pick(choose, others));
  else if (kind < 0.5 && place.holder !== schema) remove(place);
  else if (kind < 0.75) {
    const objects = places.map(read).filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
    // Filtered to plain objects just now.
    const object = pick(choose, objects) as Record<string, unknown> | undefined;
    if (object !== undefined) put({ holder: object, key: pick(choose, keys) ?? "foo" }, pick(choose, others));
  } else {
    const other = pick(choose, places);
    if (other !== undefined) put(place, read(other));
  }
}

function* placesIn(holder: object): Generator<Place> {
  for (const [key, value] of Object.entries(holder)) {
    // An array or an object of JSON.
    yield { holder: holder as Place["holder"], key };
    if (typeof value === "object" && value !== null) yield* placesIn(value);
  }
}

// An index of an array is a key of it.
const asRecord = (place: Place): Record<string, unknown> => place.holder as Record<string, unknown>;
const read = (place: Place): unknown => asRecord(place)[place.key];
const put = (place: Place, value: unknown): void => void (asRecord(place)[place.key] = structuredClone(value));

function remove(place: Place): void {
  if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
  else delete place.holder[place.key];
}
