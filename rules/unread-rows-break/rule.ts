import { asks, culpritsOf, keyColumnPlace, keyPlace, listOf, quote, reasons, refusing } from "../../src/judge/rule.ts";
import type { FindingDraft, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { LaggingImpact } from "../../src/model/between.ts";
import type { RelationImpact, SubjectImpact } from "../../src/model/impact.ts";
import { tableKey } from "../../src/model/record-key.ts";

export const unreadRowsBreak: Rule = {
  id: "unread-rows-break",
  title: "Changes that the connector has not read yet when the migration runs are sent in a form that breaks",
  category: "pipeline",
  severity: "warning",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => context.lagging.flatMap((impact) => judge(context, impact)),
};

const IF = "If the connector is stopped or behind when this runs,";
const HOW =
  "Debezium takes the names and types of such changes from the log, but whether a column may be empty, its default and the key from the table as it is when it reads them.";
const REMEDY =
  "Stop the writes to the table, let the connector read to the end (confirmed_flush_lsn of its slot reaches pg_current_wal_lsn()), then run the migration.";

function judge(context: RuleContext, impact: LaggingImpact): readonly FindingDraft[] {
  const table = context.tables.find(({ streams }) => streams.some((stream) => isOf(stream, impact)));
  const stream = table?.streams.find((one) => isOf(one, impact));
  if (table === undefined || stream === undefined || context.isHeartbeat(table.before)) return [];
  const at = place(context, table, impact);
  const told = new Set(stream.subjects.flatMap(({ verdict, subjectAfter }) => (verdict.outcome === "refused" ? [subjectAfter] : [])));
  const refused = [
    ...impact.subjects.flatMap((subject) => refusal(subject, told, `changes of ${table.name} that it has not read yet`)),
    ...impact.next.flatMap((subject) =>
      refusal(subject, told, "the first change after it, as the unread ones have registered a schema of their own"),
    ),
  ];
  const key = keyDraft(table, stream, impact).map((draft) => ({ ...draft, place: keyPlaceOf(context, table, stream, impact) ?? at.place }));
  return [...refused, ...key, ...missing(table, stream, impact)].map((draft) => ({ ...at, ...draft }));
}

const isOf = ({ connector, before }: RelationImpact, { connector: name, relation }: LaggingImpact): boolean =>
  connector === name && before?.oid === relation;

function place(context: RuleContext, table: TablePair, { connector, relation }: LaggingImpact) {
  const cause =
    context.causeOf(table, ["relation-renamed", "relation-moved", "relation-dropped"]) ??
    context.causes.findLast(({ change }) => change.relation === relation) ??
    table.causes.at(-1);
  return { place: cause === undefined ? null : context.placeOfCause(cause), relation: table.name, connector };
}

/** A table that keeps its name loses its key where the key or one of its columns changed; one that is renamed or dropped, there. */
function keyPlaceOf(context: RuleContext, table: TablePair, { projectionBefore }: RelationImpact, { projection }: LaggingImpact) {
  if (table.after === null || !isSameName(table)) return null;
  return keyPlace(context, table, "name") ?? keyColumnPlace(context, table, projectionBefore?.key.columns ?? [], projection.key.columns);
}

type Said = Pick<FindingDraft, "what" | "why" | "remedy" | "answer"> & Partial<FindingDraft>;

function refusal(subject: SubjectImpact, told: ReadonlySet<string | null>, rows: string): readonly Said[] {
  const { verdict, part, subjectAfter } = subject;
  if (verdict.outcome !== "refused" || subjectAfter === null || told.has(subjectAfter)) return [];
  const refuses = refusing(verdict);
  return [
    {
      what: `${IF} ${refuses.charAt(0).toLowerCase()}${refuses.slice(1)} the ${part} schema of ${quote(subjectAfter)} for ${rows}: ${reasons(culpritsOf(subject), verdict)}.`,
      why: `${HOW} ${asks(verdict)} The connector's task fails there and stops for all tables.`,
      remedy: REMEDY,
      answer: "registry",
      subject: subjectAfter,
    },
  ];
}

/** A key that is neither that of before nor that of after. */
function keyDraft(table: TablePair, { projectionBefore, projectionAfter }: RelationImpact, { projection }: LaggingImpact): readonly Said[] {
  const [from, now] = [projectionBefore?.key.columns ?? [], projection.key.columns];
  const to = projectionAfter?.topic === projection.topic ? projectionAfter.key.columns : null;
  // A dropped table has no key for anything unread: table-dropped says so, in its way out.
  if (table.after === null || from.length === 0 || from.join() === now.join() || to?.join() === now.join()) return [];
  const changes = `changes of ${table.name} that it has not read yet come to topic ${projection.topic}`;
  return [
    now.length === 0
      ? {
          what: `${IF} ${changes} without their key ${listOf(from.map(quote))}.`,
          why: `${HOW} ${lostKey(table)} Events without a key are out of order, deletes have no tombstone, and a compacted topic refuses them, which stops the task for all tables.`,
          remedy: REMEDY,
          answer: "risk",
        }
      : {
          what: `${IF} ${changes} with the key ${listOf(now.map(quote))} in place of ${listOf(from.map(quote))}.`,
          why: `${HOW} ${isSameName(table) ? "A column of the key that such changes do not have, or not under its name of then, is left out of the key." : "Another table has the name by then."} Events of one row no longer meet under one key.`,
          remedy: REMEDY,
          answer: "risk",
        },
  ];
}

function lostKey(table: TablePair): string {
  if (!isSameName(table)) return "It finds no table under the old name.";
  const had = new Set(table.before?.columns.map(({ position }) => position));
  const added = (table.after === null ? [] : tableKey(table.after)).filter((name) =>
    table.after?.columns.some((column) => column.name === name && !had.has(column.position)),
  );
  return added.length === 0
    ? "The key's columns have other names by then."
    : `The key is made of ${listOf(added.map(quote))} by then, which such changes do not have.`;
}

const isSameName = ({ before, after }: TablePair): boolean => before?.schema === after?.schema && before?.name === after?.name;

function missing(table: TablePair, { projectionBefore }: RelationImpact, { projection }: LaggingImpact): readonly Said[] {
  const sent = new Set(projection.columns.flatMap(({ position, field }) => (field === null ? [] : [position])));
  const gone = (projectionBefore?.columns ?? []).filter(({ field, position }) => field !== null && !sent.has(position));
  if (gone.length === 0) return [];
  const names = listOf(gone.map(({ column }) => quote(column)));
  return [
    {
      what: `${IF} changes of ${table.name} that it has not read yet come without ${names}, whose type is dropped.`,
      why: `${HOW} A type that no longer exists is unknown to it, and a column of an unknown type is left out: the values of these changes are lost.`,
      remedy: REMEDY,
      answer: "risk",
    },
  ];
}
