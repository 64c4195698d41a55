import type { Catalog, Relation } from "../model/catalog.ts";
import type { ConnectorFacts, Diagnosis, DoctorFacts, TableFacts } from "../model/doctor.ts";
import type { Projection } from "../model/projection.ts";
import { sizeText } from "../model/size.ts";
import { mayBeToasted } from "../model/toast.ts";
import { listOf } from "../model/words.ts";
import { diagnoser, valueOf } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";

const { good, bad, unknown } = diagnoser("schema");

/** What of the captured tables does not reach the stream, or not as it is. */
export const schemaChecks: Check = (facts) => {
  const { database, streams } = facts;
  if (database === null) return [];
  if (!database.catalog.known)
    return [unknown("table-captured", database.name, database.catalog.reason, "run doctor again when the lock is gone")];
  const catalog = database.catalog.value;
  const byOid = new Map(catalog.relations.map((relation) => [relation.oid, relation]));
  const statistics = new Map((valueOf(database.tables) ?? []).map((table) => [table.oid, table]));
  const found = streams.flatMap((stream) => {
    const relation = byOid.get(stream.relation.oid);
    return relation === undefined ? [] : ofStream(stream, relation, statistics.get(relation.oid) ?? null);
  });
  const all = [...found, ...publishedOnly(facts, catalog), ...types(catalog), ...drift(facts)];
  const isGood = all.every(({ health }) => health === "note");
  return !isGood || streams.length === 0
    ? all
    : [
        good("table-captured", database.name, `${streams.length} captured tables are published, have a key, and send every column.`),
        ...all,
      ];
};

function ofStream(stream: Projection, relation: Relation, statistics: TableFacts | null): readonly Diagnosis[] {
  const name = `${relation.schema}.${relation.name}`;
  if (stream.streaming === null) return [...silent(stream, relation, name), ...twins(relation, name)];
  return [
    ...identity(stream, relation, name),
    ...toast(relation, name, statistics),
    ...omitted(stream, name),
    ...twins(relation, name),
    ...partition(stream, relation, name),
  ];
}

function silent({ silent: reason, connector }: Projection, relation: Relation, name: string): readonly Diagnosis[] {
  // Its rows come under another name.
  if (relation.kind === "partitioned" || reason?.startsWith("publish_via_partition_root") === true) return [];
  return [
    bad("table-silent", "error", name, {
      what: `${name} is captured by connector ${connector}, but no change of it reaches the stream: ${reason ?? "nothing is sent"}.`,
      why: "Its topic has at most what a snapshot put there, and grows old without an error.",
      remedy:
        relation.persistence === "unlogged"
          ? "ALTER TABLE … SET LOGGED, or take it out of the include list."
          : "Add it to the publication, or take it out of the include list.",
    }),
  ];
}

function identity({ key, connector }: Projection, relation: Relation, name: string): readonly Diagnosis[] {
  const { replicaIdentity, primaryKey } = relation;
  if (replicaIdentity === "nothing" || (replicaIdentity === "default" && primaryKey === null)) {
    return [
      bad("table-identity", "error", name, {
        what: `${name} is published without a replica identity${replicaIdentity === "nothing" ? " (NOTHING)" : ", as it has no primary key"}.`,
        why: "PostgreSQL refuses every UPDATE and DELETE on it: the application fails, not the connector.",
        remedy: "Give it a primary key, or REPLICA IDENTITY FULL or USING INDEX.",
      }),
    ];
  }
  if (key.source !== "none") return [];
  return [
    bad("table-key", "warning", name, {
      what: `Records of ${name} have no key (connector ${connector}).`,
      why: "Compaction keeps them all, and the changes of one row may come in any order from several partitions of the topic.",
      remedy: "Give it a primary key, or name columns in message.key.columns.",
    }),
  ];
}

function toast(relation: Relation, name: string, statistics: TableFacts | null): readonly Diagnosis[] {
  if (relation.replicaIdentity === "full") return [];
  const key = new Set(relation.primaryKey?.columns ?? []);
  const large = relation.columns.filter((column) => !key.has(column.name) && mayBeToasted(column)).map((column) => `"${column.name}"`);
  if (large.length === 0) return [];
  const isStored = (statistics?.toastBytes ?? 0) > 0;
  const columns = listOf(large.length > 4 ? [...large.slice(0, 3), `${large.length - 3} more`] : large);
  const now =
    statistics === null
      ? ""
      : ` Out of line it has ${sizeText(statistics.toastBytes)} now, and ${statistics.updates.toLocaleString("en-US")} updates since the statistics began.`;
  return [
    bad("table-toast", isStored && (statistics?.updates ?? 0) > 0 ? "warning" : "note", name, {
      what: `${name} may hold large values in ${columns}, under a replica identity that does not log them.${now}`,
      why: "An UPDATE that leaves such a value as it is sends __debezium_unavailable_value (or an invented value) in its place, and a consumer may write it over the real one.",
      remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL, which writes the whole old row into the write-ahead log with every UPDATE and DELETE.`,
    }),
  ];
}

function omitted({ columns }: Projection, name: string): readonly Diagnosis[] {
  return columns
    .filter(({ omitted: reason, protectedBy }) => reason !== null && protectedBy === null)
    .map(({ column, omitted: reason }) =>
      bad("column-omitted", "warning", `${name}.${column}`, {
        what: `Column "${column}" of ${name} is not in the stream: ${reason ?? ""}.`,
        why: "Consumers never see it, and nothing says so.",
        remedy: "If it is wanted: another type, a publication that sends it, or include.unknown.datatypes=true.",
      }),
    );
}

/** "Debezium does not support case-sensitive duplicate column names": measured, the connector does not start. */
function twins({ columns }: Relation, name: string): readonly Diagnosis[] {
  const groups = Map.groupBy(columns, (column) => column.name.toLowerCase());
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) =>
      bad("column-twins", "error", name, {
        what: `Columns ${group.map((column) => `"${column.name}"`).join(" and ")} of ${name} differ only by case.`,
        why: "Debezium takes them for one: the connector fails, at the latest at its next start.",
        remedy: "Rename one of them.",
      }),
    );
}

function partition({ topic }: Projection, relation: Relation, name: string): readonly Diagnosis[] {
  if (relation.partitionOf === null) return [];
  const root = `${relation.partitionOf.schema}.${relation.partitionOf.name}`;
  return [
    bad("table-partition", "note", name, {
      what: `${name} is a partition of ${root} with the topic ${topic} of its own.`,
      why: "Every new partition starts a new topic, which consumers have to find.",
      remedy: `With publish_via_partition_root = true on the publication all partitions go to the topic of ${root}.`,
    }),
  ];
}

/** Decoded and sent by the server for nothing. */
function publishedOnly({ streams, connectors }: DoctorFacts, catalog: Catalog): readonly Diagnosis[] {
  const captured = new Set(streams.map(({ relation }) => `${relation.schema}.${relation.name}`));
  const wanted = (table: { readonly schema: string; readonly name: string }): boolean =>
    captured.has(`${table.schema}.${table.name}`) ||
    connectors.some(({ connector }: ConnectorFacts) => connector.signalTable === `${table.schema}.${table.name}`);
  const used = new Set(connectors.map(({ connector }) => connector.publication.name));
  return catalog.publications
    .filter(({ name }) => used.has(name))
    .flatMap(({ name, tables }) => {
      const idle = tables.filter((table) => !wanted(table)).map((table) => `${table.schema}.${table.name}`);
      return idle.length === 0
        ? []
        : [
            bad("publication-idle", "note", name, {
              what: `Publication ${name} has ${idle.length === 1 ? "a table" : "tables"} that no connector captures: ${idle.slice(0, 5).join(", ")}${idle.length > 5 ? " …" : ""}.`,
              why: "The server decodes and sends their changes, and the connector throws them away.",
              remedy: `ALTER PUBLICATION ${name} DROP TABLE …, or add them to the include list.`,
            }),
          ];
    });
}

/** Types that kill the connector wherever they are in the database, used or not: measured. */
function types({ types: all }: Catalog): readonly Diagnosis[] {
  const byOid = new Map(all.map((type) => [type.oid, type]));
  const isEnum = (oid: number | undefined): boolean => oid !== undefined && byOid.get(oid)?.kind === "enum";
  return all.flatMap((type) => {
    const name = `${type.schema}.${type.name}`;
    if (type.kind === "domain" && isEnum(type.base?.oid)) {
      return [
        bad("type-domain-over-enum", "error", name, {
          what: `${name} is a domain over the enum ${type.base?.text ?? ""}.`,
          why: "Debezium stops with a NullPointerException as soon as it reads this type, even where no table uses it.",
          remedy: "Use the enum itself, or a domain over text with a CHECK.",
        }),
      ];
    }
    if (type.kind === "enum" && type.labels.length === 0) {
      return [
        bad("type-enum-empty", "error", name, {
          what: `${name} is an enum without labels.`,
          why: "Debezium fails when it reads this type, even where no table uses it.",
          remedy: "Add a label, or drop the type.",
        }),
      ];
    }
    return [];
  });
}

function drift({ drift: known }: DoctorFacts): readonly Diagnosis[] {
  if (known === null) return [];
  if (!known.known) return [unknown("subject-drift", "registry", known.reason, "check the registry's URL and credentials")];
  return known.value.map(({ subject, version, differences, connector }) =>
    bad("subject-drift", "warning", subject, {
      what: `Version ${version} of ${subject} is not what connector ${connector} registers for the table as it is: ${differences.slice(0, 3).join("; ")}${differences.length > 3 ? "; …" : ""}.`,
      why: "The next changed row registers another version, or is refused; or somebody else registers there.",
      remedy: "See what changed the table or its connector since; driftgate check shows what the registry will say.",
    }),
  );
}
