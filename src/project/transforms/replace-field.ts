import type { ConnectSchema } from "../../model/connect-schema.ts";
import { javaSplit, flag, nameList, optionalText, rawList } from "./options.ts";
import { sameValues } from "./same-values.ts";
import { asField, doubt, fail, fieldOf, rebuilt, refuse, requireStruct, withSchema } from "./stream-record.ts";
import type { Settings, TransformClass } from "./stream-record.ts";

/**
 * org.apache.kafka.connect.transforms.ReplaceField: exclude beats include. The values are looked up by the renames read backwards, so that one whose field
 * is missing takes the values of the field that has the new name with it.
 */
export const replaceField: TransformClass = (settings, { part }) => {
  for (const old of ["blacklist", "whitelist"])
    if (optionalText(settings, old) !== undefined) doubt(`has ${old}, which Kafka 4 no longer reads: use exclude and include`);
  const exclude = nameList(settings, "exclude", { mayBeEmpty: true });
  const include = nameList(settings, "include", { mayBeEmpty: true });
  const renames = renameMap(settings);
  flag(settings, "replace.null.with.default", true);
  return (record) => {
    if (record[part].isNull) return record;
    const schema = requireStruct(record, part, "field replacement");
    const kept = schema.fields.filter(({ field }) => !exclude.includes(field) && (include.length === 0 || include.includes(field)));
    const changed = rebuilt(
      schema,
      kept.map((field) => asField(renames.get(field.field) ?? field.field, field)),
    );
    checkValues(schema, changed, renames);
    return withSchema(record, part, changed);
  };
};

function renameMap(settings: Settings): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  for (const mapping of rawList(settings, "renames")) {
    const [from, to, ...rest] = javaSplit(mapping, ":");
    if (from === undefined || to === undefined || rest.length > 0)
      return refuse(`renames has "${mapping}", which is not of the form old:new`);
    renames.set(from, to);
  }
  return renames;
}

function checkValues(before: ConnectSchema, after: ConnectSchema, renames: ReadonlyMap<string, string>): void {
  for (const field of after.fields ?? []) {
    const sources = [...renames].filter(([, to]) => to === field.field).map(([from]) => from);
    if (sources.length > 1) doubt(`renames more than one field to "${field.field}"`);
    const source = fieldOf(before, sources[0] ?? field.field);
    if (source === undefined) fail(`${sources[0] ?? field.field} is not a valid field name`);
    else if (!sameValues(source, field)) fail(`"${field.field}" would get the values of "${source.field}", which are of another type`);
  }
}
