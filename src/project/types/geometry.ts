import type { DebeziumVersion } from "../version.ts";
import { atLeast } from "../version.ts";
import { field, finish, plain } from "./build.ts";
import type { TypeSchema } from "./build.ts";

const wkbAndSrid = (wkbOptional: boolean) => [field("wkb", plain("bytes"), wkbOptional), field("srid", plain("int32"), true)];

/** Of the built-in type point (io.debezium.data.geometry.Point). */
export const POINT: TypeSchema = {
  type: "struct",
  name: "io.debezium.data.geometry.Point",
  version: 1,
  doc: "Geometry (POINT)",
  fields: [field("x", plain("double"), false), field("y", plain("double"), false), ...wkbAndSrid(true)],
};

/** PostGIS geometry; from 3.7 also box, lseg, path and polygon. Optional whatever the column says. */
export function geometrySchema(version: DebeziumVersion): TypeSchema {
  const since37 = atLeast(version, 3, 7);
  const extensions = field(
    "extensions",
    { type: "map", keys: finish(plain("string"), false), values: finish(plain("string"), false) },
    true,
  );
  return {
    type: "struct",
    name: "io.debezium.data.geometry.Geometry",
    version: since37 ? 2 : 1,
    doc: "Geometry",
    fields: [...wkbAndSrid(false), ...(since37 ? [extensions] : [])],
    alwaysOptional: true,
  };
}

/** PostGIS geography. */
export const GEOGRAPHY: TypeSchema = {
  type: "struct",
  name: "io.debezium.data.geometry.Geography",
  version: 1,
  doc: "Geography",
  fields: wkbAndSrid(false),
};

/** Of the built-in type circle, from 3.7. */
export const CIRCLE: TypeSchema = {
  type: "struct",
  name: "io.debezium.data.geometry.Circle",
  version: 1,
  doc: "Geometry (CIRCLE)",
  fields: [field("center", POINT, false), field("radius", plain("double"), false)],
  alwaysOptional: true,
};

/** Of the built-in type line, from 3.7. */
export const LINE: TypeSchema = {
  type: "struct",
  name: "io.debezium.data.geometry.Line",
  version: 1,
  doc: "Geometry (LINE)",
  fields: ["a", "b", "c"].map((name) => field(name, plain("double"), false)),
  alwaysOptional: true,
};
