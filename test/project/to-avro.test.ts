import { describe, expect, it } from "vitest";
import type { ConnectField, ConnectSchema } from "../../src/model/connect-schema.ts";
import { avroCaveats } from "../../src/project/avro/caveats.ts";
import { avroOptions, toAvro } from "../../src/project/avro/to-avro.ts";

const CONFLUENT = avroOptions({ vendor: "confluent", settings: {} });
const struct = (name: string, ...fields: readonly ConnectField[]): ConnectSchema => ({ type: "struct", fields, optional: false, name });
const text = (schema: ConnectSchema, options = CONFLUENT): string => JSON.stringify(toAvro(schema, options).schema);
const decimal = {
  type: "bytes",
  name: "org.apache.kafka.connect.data.Decimal",
  version: 1,
  parameters: { scale: "2", "connect.decimal.precision": "10" },
} as const;

function problems(field: string): readonly string[] {
  return toAvro(struct("a.T", { type: "string", optional: false, field }), CONFLUENT).problems;
}

const caveatsOf = (name: string, field: string): readonly string[] =>
  avroCaveats(toAvro(struct(name, { type: "string", optional: false, field }), CONFLUENT), null).map(({ code }) => code);

describe("toAvro", () => {
  it("puts the default's branch first in a union", () => {
    const schema = struct(
      "a.T",
      { type: "int32", optional: true, field: "n" },
      { type: "int32", optional: true, default: 1, field: "d" },
      { type: "int16", optional: false, default: 0, field: "r" },
    );
    expect(text(schema)).toBe(
      '{"type":"record","name":"T","namespace":"a","fields":[{"name":"n","type":["null","int"],"default":null},' +
        '{"name":"d","type":[{"type":"int","connect.default":1},"null"],"default":1},' +
        '{"name":"r","type":{"type":"int","connect.default":0,"connect.type":"int16"},"default":0}],"connect.name":"a.T"}',
    );
  });

  it("writes a decimal with its properties in AvroData's order and its default as Latin-1", () => {
    expect(text({ ...decimal, optional: false, default: "AJY=" })).toBe(
      '{"type":"bytes","scale":2,"precision":10,"connect.version":1,"connect.parameters":{"scale":"2","connect.decimal.precision":"10"},' +
        '"connect.default":"\\u0000\u0096","connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal"}',
    );
    const money = { ...decimal, parameters: { scale: "2" }, optional: false };
    expect(toAvro(money, CONFLUENT).schema).toMatchObject({ scale: 2, precision: 64 });
  });

  it("refers to a record by its simple name in its own namespace, else by its full one", () => {
    const inner = struct("a.Inner", { type: "string", optional: false, field: "s" });
    const other = struct("b.Other", { type: "string", optional: false, field: "s" });
    const fields = [inner, other, inner, other].map((one, at) => ({ ...one, optional: at === 2, field: `f${at}` }));
    const schema = toAvro(struct("a.T", ...fields), CONFLUENT);
    expect(schema.problems).toEqual([]);
    expect(JSON.stringify(schema.schema)).toContain('{"name":"f2","type":["null","Inner"],"default":null},{"name":"f3","type":"b.Other"}');
  });

  it("refers to a required record that is there twice in different ways, and says so", () => {
    const one = struct("a.N", { type: "string", optional: false, field: "s" });
    const marked = { ...one, parameters: { masked: "true" } };
    const required = toAvro(struct("a.T", { ...one, field: "x" }, { ...marked, field: "y" }), CONFLUENT);
    expect(required).toMatchObject({ problems: [], redefined: ["a.N"] });
    expect(JSON.stringify(required.schema)).toContain('{"name":"y","type":"N","connect.parameters":{"masked":"true"}}');
    const optional = struct("a.T", { ...one, field: "x" }, { ...marked, optional: true, field: "y" });
    expect(text(optional)).toContain('{"name":"y","type":["null","N"],"default":null,"connect.parameters":{"masked":"true"}}');
    expect(text(optional, avroOptions({ vendor: "apicurio", settings: {} }))).toContain('{"name":"y","type":["null","N"],"default":null}');
  });

  it("drops connect.* without connect.meta.data", () => {
    const options = avroOptions({ vendor: "confluent", settings: { "connect.meta.data": "false" } });
    expect(text({ ...decimal, optional: true, default: "AJY=" }, options)).toBe(
      '[{"type":"bytes","scale":2,"precision":10,"logicalType":"decimal"},"null"]',
    );
  });

  it("scrubs names for Confluent alone", () => {
    const schema = struct(
      "my-p.T",
      { type: "string", optional: false, field: "first-name" },
      { type: "string", optional: false, field: "1ü" },
    );
    const settings = { "scrub.invalid.names": "true" };
    const scrubbed = toAvro(schema, avroOptions({ vendor: "confluent", settings }));
    expect(scrubbed).toMatchObject({
      problems: [],
      schema: { namespace: "my_p", fields: [{ name: "first_name" }, { name: "x1_C3_BC" }], "connect.name": "my-p.T" },
    });
    expect(toAvro(schema, avroOptions({ vendor: "apicurio", settings })).problems).toEqual([
      "Illegal character in: first-name",
      "Illegal initial character: 1ü",
    ]);
  });

  it("copies the doc to the field, allows optional keys of maps, and neither for Apicurio", () => {
    const map = {
      type: "map",
      keys: { type: "string", optional: true },
      values: { type: "string", optional: true },
      optional: false,
    } as const;
    const schema = struct("a.T", { type: "string", optional: false, doc: "d", field: "s" }, { ...map, field: "m" });
    const settings = { "discard.type.doc.default": "true", "allow.optional.map.keys": "true" };
    expect(text(schema, avroOptions({ vendor: "confluent", settings }))).toBe(
      '{"type":"record","name":"T","namespace":"a","fields":[{"name":"s","type":{"type":"string","connect.doc":"d"},"doc":"d"},' +
        '{"name":"m","type":{"type":"map","values":["null","string"]}}],"connect.name":"a.T"}',
    );
    expect(text(schema, avroOptions({ vendor: "apicurio", settings }))).toBe(text(schema));
    expect(text(schema)).toContain('"items":{"type":"record","name":"MapEntry","namespace":"io.confluent.connect.avro"');
  });

  it("refuses a logical name on another type, as Cast of a whole key leaves it", () => {
    expect(toAvro({ type: "string", optional: false, name: "org.apache.kafka.connect.data.Date", version: 1 }, CONFLUENT).problems).toEqual(
      ["Date can only be used with an underlying int type"],
    );
  });

  it("tells who refuses a name that Java's Avro takes", () => {
    expect(caveatsOf("srv.public.T", "id")).toEqual([]);
    expect(caveatsOf("my-srv.public.T", "id")).toEqual(["avro-namespace-invalid"]);
    expect(caveatsOf("srv.public.T", "größe")).toEqual(["avro-field-name-strange"]);
    expect(caveatsOf("srv.public.T", "a b")).toEqual(["avro-schema-invalid"]);
  });

  it("takes letters of any script but no emoji", () => {
    expect(problems("naïve")).toEqual([]);
    expect(problems("a😀b")).toEqual(["Illegal character in: a😀b"]);
    expect(problems("1st")).toEqual(["Illegal initial character: 1st"]);
  });
});
