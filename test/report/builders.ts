import type { Column, Relation } from "../../src/model/catalog.ts";
import type { ConnectSchema } from "../../src/model/connect-schema.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import { plainMigration } from "../../src/model/migration.ts";
import type { Migration } from "../../src/model/migration.ts";
import { spanAt } from "../../src/model/position.ts";
import type { ProjectedColumn, Projection } from "../../src/model/projection.ts";
import type { Finding, Report, Rewrite, Unknown, Verdict } from "../../src/model/report.ts";
import type { Span } from "../../src/model/span.ts";
import type { ReportOptions } from "../../src/report/reporter.ts";

export const options: ReportOptions = { color: false, verbose: false, quiet: false, width: 100, failOn: "error" };

export function migrationOf(path: string, text: string, state: Migration["state"] = "pending", order = 0): Migration {
  return plainMigration(path, text, { tool: "flyway", state, order });
}

/** Span of the first (or `nth`, from 0) occurrence of `part` in the migration. */
export function spanOfText({ path, text }: Migration, part: string, nth = 0): Span {
  let start = text.indexOf(part);
  for (let index = 0; index < nth; index++) start = text.indexOf(part, start + 1);
  if (start === -1) throw new RangeError(`${path} does not hold ${part}`);
  return spanAt(path, text, start, start + part.length);
}

let serial = 0;
export function findingOf(some: Partial<Finding> & Pick<Finding, "ruleId">): Finding {
  serial += 1;
  return {
    severity: "error",
    what: "What happens.",
    why: "Who breaks and how.",
    remedy: "What to do.",
    span: null,
    migration: some.span?.path ?? null,
    relation: null,
    column: null,
    subject: null,
    connector: "shop",
    answer: "risk",
    certainty: "executed",
    changes: [],
    fingerprint: `fingerprint-${serial}`,
    ...some,
  };
}

export function verdictOf(
  findings: readonly Finding[],
  unknowns: readonly Unknown[] = [],
  suppressed: Verdict["suppressed"] = [],
): Verdict {
  const count = (severity: Finding["severity"]): number => findings.filter((finding) => finding.severity === severity).length;
  const counts = {
    error: count("error"),
    warning: count("warning"),
    note: count("note"),
    suppressed: suppressed.length,
    unknown: unknowns.length,
  };
  return { outcome: counts.error > 0 ? "fail" : unknowns.length > 0 ? "unknown" : "pass", findings, unknowns, suppressed, counts };
}

export function reportOf(some: Partial<Report>): Report {
  return {
    schemaVersion: 1,
    tool: { name: "driftgate", version: "0.1.0" },
    checked: { statements: 1, connectors: ["shop"], streams: 27, registry: "ingestion/subjects", postgresVersion: 18 },
    verdict: verdictOf([]),
    migrations: [],
    impacts: [],
    subjects: (some.impacts ?? []).flatMap(({ subjects }) => subjects),
    rewrites: [],
    noRewrite: {},
    assumptions: [],
    ...some,
  };
}

export function columnOf(name: string, position: number, type: string, notNull = false): Column {
  return {
    name,
    position,
    type: { oid: 25, modifier: -1, text: type },
    notNull,
    default: null,
    identity: null,
    generated: null,
    storage: "plain",
  };
}

export function relationOf(schema: string, name: string, columns: readonly Column[], oid = 16_400): Relation {
  return {
    oid,
    schema,
    name,
    kind: "table",
    persistence: "permanent",
    columns,
    primaryKey: { name: `${name}_pkey`, columns: ["id"] },
    uniqueIndexes: [],
    replicaIdentity: "default",
    partitionKey: null,
    partitionOf: null,
    inherits: null,
  };
}

/** A projection whose fields are the relation's columns, each with the given Connect schema. */
export function projectionOf({ oid, schema, name, columns }: Relation, fields: Readonly<Record<string, ConnectSchema>>): Projection {
  const topic = `shop.${schema}.${name}`;
  const projected: readonly ProjectedColumn[] = columns.map(({ name: column, position }) => ({
    position,
    column,
    field: fields[column] === undefined ? null : column,
    omitted: fields[column] === undefined ? "column.exclude.list names it" : null,
    protectedBy: null,
    schema: fields[column] ?? null,
    inKey: column === "id",
  }));
  const value: ConnectSchema = { type: "struct", optional: false, name: `${topic}.Envelope`, fields: [] };
  const schemas = { key: null, value, keyAvro: null, valueAvro: { type: "record", name: "Envelope" } };
  return {
    connector: "shop",
    relation: { oid, schema, name },
    topic,
    keySubject: `${topic}-key`,
    valueSubject: `${topic}-value`,
    snapshot: schemas,
    streaming: schemas,
    silent: null,
    columns: projected,
    key: { columns: ["id"], source: "primary-key" },
    caveats: [],
  };
}

export function subjectOf(some: Partial<SubjectImpact>): SubjectImpact {
  return {
    part: "value",
    subjectBefore: "shop.public.orders-value",
    subjectAfter: "shop.public.orders-value",
    schemaBefore: { type: "record", name: "Envelope" },
    schemaAfter: { type: "record", name: "Envelope" },
    verdict: { outcome: "unchanged" },
    levels: [],
    backward: [],
    forward: [],
    changes: [],
    drift: null,
    ...some,
  };
}

export function impactOf(some: Partial<RelationImpact>): RelationImpact {
  return { connector: "shop", before: null, after: null, projectionBefore: null, projectionAfter: null, causes: [], subjects: [], ...some };
}

const sql = `-- Contact data move to their own words.
ALTER TABLE orders RENAME COLUMN customer_email TO contact_email;
ALTER TABLE orders
\tALTER COLUMN total TYPE numeric(12,4),
\tDROP COLUMN note;
`;

const int: ConnectSchema = { type: "int32", optional: false };
const optionalText: ConnectSchema = { type: "string", optional: true };
const decimal = (scale: string): ConnectSchema => ({
  type: "bytes",
  optional: false,
  name: "org.apache.kafka.connect.data.Decimal",
  version: 1,
  parameters: { scale, "connect.decimal.precision": "12" },
  default: "AA==",
});

/** A rename that no level refuses, a changed scale, a dropped required column that the level refuses; with a plan for the rename. */
export function ordersReport(): Report {
  const migration = migrationOf("db/migration/V7__contact_data.sql", sql, "pending", 6);
  const before = relationOf("public", "orders", [
    columnOf("id", 1, "integer", true),
    columnOf("customer_email", 2, "text"),
    columnOf("total", 3, "numeric(12,2)", true),
    columnOf("note", 4, "text", true),
  ]);
  const after = relationOf("public", "orders", [
    columnOf("id", 1, "integer", true),
    columnOf("contact_email", 2, "text"),
    columnOf("total", 3, "numeric(12,4)", true),
  ]);
  const rename = spanOfText(migration, "ALTER TABLE orders RENAME COLUMN customer_email TO contact_email");
  const retype = spanOfText(migration, "ALTER COLUMN total TYPE numeric(12,4)");
  const drop = spanOfText(migration, "DROP COLUMN note");
  const findings = [
    findingOf({
      ruleId: "column-renamed",
      what: 'Column "customer_email" of public.orders is renamed to "contact_email".',
      why: 'Consumers that read the field "customer_email" of topic shop.public.orders get null from then on: the value is sent as "contact_email", and nothing refuses that.',
      remedy: 'Add "contact_email" beside "customer_email", write both, and drop the old one once nobody reads it.',
      span: rename,
      relation: "public.orders",
      column: "customer_email",
      subject: "shop.public.orders-value",
    }),
    findingOf({
      ruleId: "column-unit-changed",
      severity: "warning",
      what: 'Column "total" of public.orders changes from numeric(12,2) to numeric(12,4).',
      why: "A consumer that keeps the old scale reads amounts a hundred times too large.",
      remedy: 'Add a second column with the new type instead of changing "total".',
      span: retype,
      relation: "public.orders",
      column: "total",
    }),
    findingOf({
      ruleId: "subject-refuses",
      what: 'The registry refuses the new schema of public.orders, because column "note" is gone.',
      why: "From the first changed row on, the connector's task fails, and no change of any of its tables is sent until that is mended.",
      remedy: 'Make "note" nullable first, register, and drop it in a later release.',
      span: drop,
      relation: "public.orders",
      column: "note",
      subject: "shop.public.orders-value",
      answer: "registry",
    }),
  ] as const;
  const value = subjectOf({
    verdict: {
      outcome: "refused",
      level: "FORWARD",
      origin: "subject",
      version: 3,
      messages: [
        "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'note' at path '/fields/3' has no default value', additionalInfo:'note'}",
      ],
    },
    levels: (["NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"] as const).map(
      (level) => ({
        level,
        compatible: level === "NONE" || level.startsWith("BACKWARD"),
      }),
    ),
    forward: [{ type: "READER_FIELD_MISSING_DEFAULT_VALUE", path: "/fields/3", message: "note", field: "note", position: 4 }],
    changes: [
      {
        kind: "field-renamed",
        subject: "shop.public.orders-value",
        part: "value",
        path: "customer_email",
        position: 2,
        before: optionalText,
        after: optionalText,
        step: 0,
      },
      {
        kind: "field-removed",
        subject: "shop.public.orders-value",
        part: "value",
        path: "note",
        position: 4,
        before: { type: "string", optional: false },
        after: null,
        step: 1,
      },
    ],
  });
  const key = subjectOf({ part: "key", subjectBefore: "shop.public.orders-key", subjectAfter: "shop.public.orders-key" });
  const impact = impactOf({
    before,
    after,
    projectionBefore: projectionOf(before, {
      id: int,
      customer_email: optionalText,
      total: decimal("2"),
      note: { type: "string", optional: false },
    }),
    projectionAfter: projectionOf(after, { id: int, contact_email: optionalText, total: decimal("4") }),
    subjects: [key, value],
  });
  const plan: Rewrite = {
    recipe: "rename-column",
    findings: [findings[0].fingerprint],
    replaces: rename,
    migration: migration.id,
    phases: [
      {
        name: "expand",
        files: [
          {
            path: "db/migration/V7__add_contact_email.sql",
            sql: "ALTER TABLE orders ADD COLUMN contact_email text;\n\nCREATE FUNCTION orders_copy() RETURNS trigger\n  LANGUAGE plpgsql AS $$ BEGIN NEW.contact_email := NEW.customer_email; RETURN NEW; END $$;\n",
          },
        ],
        gate: "Every application writes contact_email.",
      },
      {
        name: "migrate",
        files: [
          {
            path: "db/migration/V8__fill_contact_email.sql",
            sql: "UPDATE orders SET contact_email = customer_email WHERE contact_email IS NULL;\n",
          },
        ],
        gate: "Every consumer reads contact_email.",
      },
      {
        name: "contract",
        files: [{ path: "db/migration/V9__drop_customer_email.sql", sql: "ALTER TABLE orders DROP COLUMN customer_email;\n" }],
        gate: "",
      },
    ],
    notes: ["While both exist, a trigger keeps them equal."],
  };
  const unknown: Unknown = {
    code: "sql-opaque",
    reason: "The statement is built while it runs, so what it does cannot be told.",
    span: spanOfText(migration, "ALTER TABLE orders", 1),
    migration: migration.id,
  };
  return reportOf({
    verdict: verdictOf(
      findings,
      [unknown],
      [{ finding: findingOf({ ruleId: "column-dropped", severity: "warning" }), reason: "nobody reads it; ask the data team" }],
    ),
    migrations: [migrationOf("db/migration/V1__start.sql", "CREATE TABLE orders (id int);\n", "baseline", 0), migration],
    impacts: [impact],
    checked: { statements: 2, connectors: ["shop"], streams: 27, registry: "ingestion/subjects", postgresVersion: 18 },
    rewrites: [plan],
    noRewrite: { [findings[1].fingerprint]: "a changed scale has no additive form yet" },
    assumptions: ["The PostgreSQL version is not known: 18 was taken."],
  });
}

/** Names and SQL chosen to break every output: terminal escapes, commands, markup, mentions, bidirectional controls, a very long line. */
export function nastyReport(): Report {
  const text = `SELECT '\u001b[2J\u001b]0;owned\u0007';\r\nALTER TABLE "a|b\`c<img src=x onerror=alert(1)>@octocat" ADD "x\u202ey" int; -- ::error::stop %0A ${"日本".repeat(400)}\r\n\tDROP TABLE "日本語";\r\n`;
  const migration = migrationOf("db/we,ird:na%me #1?.sql", text);
  const evil =
    'Table "a|b`c<img src=x onerror=alert(1)>@octocat"\n::error::injected \u001b[31mred\u001b[0m \u202e [link](javascript:alert(1)) ![i](http://x/y) #12 <!-- --> ```';
  const findings = [
    findingOf({
      ruleId: "column-dropped",
      what: evil,
      why: evil,
      remedy: evil,
      span: spanOfText(migration, 'ADD "x\u202ey" int'),
      relation: "public.a|b`c<img src=x onerror=alert(1)>@octocat",
      column: "x\u202ey",
    }),
    findingOf({
      ruleId: "table-dropped",
      what: "Dropped </script><script>alert(1)</script>",
      severity: "note",
      span: spanOfText(migration, 'DROP TABLE "日本語"'),
    }),
  ];
  const before = relationOf("public", "a|b`c<img src=x onerror=alert(1)>@octocat", [
    columnOf("id", 1, "integer"),
    columnOf("</td><script>x", 2, "text"),
  ]);
  const projection = projectionOf(before, { id: int, "</td><script>x": optionalText });
  const refused = { outcome: "refused", level: "FULL", origin: "global", version: null, messages: [evil] } as const;
  return reportOf({
    verdict: verdictOf(findings, [{ code: "sql-refused", reason: evil, span: null, migration: migration.id }]),
    migrations: [migration],
    impacts: [
      impactOf({
        before,
        after: before,
        projectionBefore: projection,
        projectionAfter: projection,
        subjects: [subjectOf({ subjectBefore: "a@b|`c", subjectAfter: "<b>x</b>", verdict: refused })],
      }),
    ],
    rewrites: [
      {
        recipe: "drop-column",
        findings: findings.map(({ fingerprint }) => fingerprint),
        replaces: spanOfText(migration, "DROP TABLE"),
        migration: migration.id,
        phases: [{ name: "expand", files: [{ path: "<x>.sql", sql: "SELECT '</pre><script>alert(1)</script>';\n```\n" }], gate: evil }],
        notes: [evil],
      },
    ],
    assumptions: [evil],
  });
}
