import {
  connectorNames,
  droppedFields,
  keptStreams,
  keptColumns,
  listOf,
  publicationOf,
  quote,
  streamsBefore,
  topicNames,
  unstreamedReason,
} from "../../src/judge/rule.ts";
import type { FindingDraft, Place, Rule, RuleContext, TablePair } from "../../src/judge/rule.ts";
import type { Catalog, Publication } from "../../src/model/catalog.ts";
import type { Connector } from "../../src/model/connector.ts";
import type { RelationImpact } from "../../src/model/impact.ts";
import { capitalized } from "../../src/model/words.ts";

export const publicationNarrowed: Rule = {
  id: "publication-narrowed",
  title: "The publication sends less of a captured table than before",
  category: "publication",
  severity: "error",
  since: "0.1.0",
  requires: ["catalog", "connector"],
  check: (context) => [
    ...context.tables.flatMap((table) => [...left(context, table), ...columns(context, table), ...rows(context, table)]),
    ...operations(context),
  ],
};

/** The connector's publication on both sides; null when it is not there on one of them, which is another rule's matter or a first set-up. */
function publications(context: RuleContext, connector: string): readonly [Publication, Publication] | null {
  const name = context.connector(connector)?.publication.name;
  const [before, after] = name === undefined ? [null, null] : [publicationOf(context.baseline, name), publicationOf(context.final, name)];
  return before === null || after === null ? null : [before, after];
}

/** Tables that are still there, under the same name, and send nothing any more. */
function left(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const { after } = table;
  if (after === null || isPartitionChange(table)) return [];
  const streams = streamsBefore(table).filter(
    (stream) => stream.projectionAfter !== null && stream.projectionAfter.streaming === null && isNarrowed(context, table, stream),
  );
  const [first] = streams;
  if (first === undefined) return [];
  const unlogged = table.before?.persistence === "permanent" && after.persistence === "unlogged";
  const name = context.connector(first.connector)?.publication.name ?? "";
  const remedy = unlogged
    ? `Leave the table LOGGED.`
    : `ALTER PUBLICATION ${name} ADD TABLE ${after.schema}.${after.name} in the same migration.`;
  return [
    {
      what: table.recreated
        ? `Table ${table.name} is dropped and created again, and the new one is not in the publication ${quote(name)}: ${topicNames(streams)} ${streams.length > 1 ? "go" : "goes"} silent.`
        : `Table ${table.name} no longer reaches the stream: ${topicNames(streams)} ${streams.length > 1 ? "go" : "goes"} silent.`,
      why: `${sentence(unstreamedReason(first) ?? "")} No error tells of it: consumers just see no more events, and changes made meanwhile are lost to them for good.`,
      remedy,
      answer: "risk",
      place: placeOf(context, table, first, unlogged),
      relation: table.name,
      connector: connectorNames(streams),
    },
  ];
}

function placeOf(context: RuleContext, table: TablePair, stream: RelationImpact, unlogged: boolean): Place | null {
  const cause = unlogged ? context.causeOf(table, ["persistence-changed"]) : context.causeOf(table, ["relation-recreated"]);
  if (cause !== null) return context.placeOfCause(cause);
  return publicationPlace(context, stream.connector) ?? (table.causes.at(-1) === undefined ? null : lastPlace(context, table));
}

function lastPlace(context: RuleContext, table: TablePair): Place | null {
  const cause = table.causes.at(-1);
  return cause === undefined ? null : context.placeOfCause(cause);
}

function publicationPlace(context: RuleContext, connector: string): Place | null {
  const name = context.connector(connector)?.publication.name ?? "";
  return context.placeWhere((catalog) => JSON.stringify(publicationOf(catalog, name)));
}

const isPartitionChange = ({ before, after }: TablePair): boolean =>
  (before?.partitionOf ?? null) === null && (after?.partitionOf ?? null) !== null;

/**
 * False where the publication is gone altogether (publication-dropped), and where it is made by the pending migrations: a connector that
 * ran before would have made it itself, so there is none yet.
 */
function isNarrowed(context: RuleContext, { before, after }: TablePair, { connector }: RelationImpact): boolean {
  const name = context.connector(connector)?.publication.name ?? "";
  const [first, last] = [publicationOf(context.baseline, name), publicationOf(context.final, name)];
  if (last === null) return first === null;
  return first !== null || before?.persistence !== after?.persistence;
}

/** Columns that are still there and left out of the column list. */
function columns(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const gone = keptColumns(table).flatMap((pair) => {
    const uses = droppedFields(pair).filter(({ impact }) => listsColumns(context, table, impact));
    return pair.before === null || pair.after === null || uses.length === 0 || pair.before.type.text !== pair.after.type.text
      ? []
      : [{ name: pair.before.name, uses }];
  });
  const streams = [...new Set(gone.flatMap(({ uses }) => uses.map(({ impact }) => impact)))];
  const [first] = streams;
  if (first === undefined) return [];
  const names = gone.map(({ name }) => quote(name));
  const many = names.length > 1;
  return [
    {
      what: `The publication's column list for ${table.name} leaves out ${listOf(names)}, so events of ${topicNames(streams)} lose ${many ? "those fields" : "that field"}.`,
      why: `The columns stay in the table, but consumers that read ${many ? "them" : "it"} get nothing (null, or a default) from then on; where the field always had a value, readers of the old schema fail.`,
      remedy: `Add ${listOf(names)} to the column list, or move the consumers off ${many ? "them" : "it"} first.`,
      answer: "risk",
      place: publicationPlace(context, first.connector),
      relation: table.name,
      connector: connectorNames(streams),
      detail: "columns",
    },
  ];
}

function entry(publication: Publication, table: TablePair["before"]): Publication["tables"][number] | undefined {
  return publication.tables.find(({ schema, name }) => schema === table?.schema && name === table.name);
}

function listsColumns(context: RuleContext, table: TablePair, { connector }: RelationImpact): boolean {
  const after = publications(context, connector)?.[1];
  return after !== undefined && (entry(after, table.after)?.columns ?? null) !== null;
}

/** A row filter that was not there before, or is another. */
function rows(context: RuleContext, table: TablePair): readonly FindingDraft[] {
  const filtered = keptStreams(table).flatMap((stream) => {
    const [before, after] = publications(context, stream.connector) ?? [];
    const [from, to] =
      before === undefined || after === undefined
        ? [null, null]
        : [entry(before, table.before)?.where ?? null, entry(after, table.after)?.where ?? null];
    return to !== null && to !== from ? [{ stream, to }] : [];
  });
  const [first] = filtered;
  if (first === undefined) return [];
  const streams = filtered.map(({ stream }) => stream);
  return [
    {
      what: `The publication sends only rows of ${table.name} for which ${first.to}, so ${topicNames(streams)} gets no events of the others.`,
      why: `Consumers keep the last state of the rows that are left out. A row that stops fitting the filter comes as a delete, one that begins to fit as an insert.`,
      remedy: `Filter in the consumer or in the connector (a Filter transform), or give the filtered rows a publication and connector of their own.`,
      answer: "risk",
      place: publicationPlace(context, first.stream.connector),
      relation: table.name,
      connector: connectorNames(streams),
      detail: "rows",
    },
  ];
}

/** Kinds of change that the publication no longer sends, for all its tables. */
function operations(context: RuleContext): readonly FindingDraft[] {
  return context.inputs.connectors.flatMap((connector) => {
    const [before, after] = publications(context, connector.name) ?? [];
    if (before === undefined || after === undefined) return [];
    const gone = before.publish.filter((operation) => !after.publish.includes(operation) && isRead(connector, operation));
    if (gone.length === 0) return [];
    return [
      {
        what: `The publication ${quote(after.name)} no longer sends ${listOf(gone)} events, of any table.`,
        why: `The connector ${quote(connector.name)} never learns of those changes, and no error tells of it: copies of the tables drift away from them.`,
        remedy: `ALTER PUBLICATION ${after.name} SET (publish = '${before.publish.join(", ")}').`,
        answer: "risk" as const,
        place: context.placeWhere((catalog: Catalog) => JSON.stringify(publicationOf(catalog, after.name)?.publish)),
        connector: connector.name,
        detail: after.name,
      },
    ];
  });
}

const letters: Readonly<Record<Publication["publish"][number], string>> = { insert: "c", update: "u", delete: "d", truncate: "t" };

/** skipped.operations names the operations that the connector leaves out anyway; "t" by default. */
function isRead({ settings }: Connector, operation: Publication["publish"][number]): boolean {
  return !(settings["skipped.operations"] ?? "t").split(",").some((skipped) => skipped.trim() === letters[operation]);
}

function sentence(text: string): string {
  const trimmed = text.replace(/\.$/, "");
  return trimmed === "" ? "" : `${capitalized(trimmed)}.`;
}
