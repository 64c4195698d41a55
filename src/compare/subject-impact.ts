import type { Change, RegistryVerdict, SubjectImpact } from "../model/impact.ts";
import type { JsonValue } from "../model/json.ts";
import type { Projection } from "../model/projection.ts";
import { compatibilityLevels } from "../model/subject.ts";
import { equalJson } from "./avro/json-text.ts";
import { parseAvro } from "./avro/parse.ts";
import type { AvroSchema } from "./avro/schema.ts";
import { stepBehind } from "./cause-of.ts";
import { changesOf } from "./changes.ts";
import type { Pair } from "./pairs.ts";
import { registrationOf } from "./registration.ts";
import { askRegistry } from "./registry-verdict.ts";
import type { RegistryAnswer } from "./registry-verdict.ts";
import { rowIncompatibilities } from "./row.ts";
import type { Part, Side, StreamContext } from "./stream-side.ts";
import { sideOf } from "./stream-side.ts";
import { driftAt } from "./subject-drift.ts";
import { doubtOf, unguarded } from "./unguarded.ts";

const nothing = { levels: [], backward: [], forward: [], changes: [], drift: null } as const;

/** What happens to the key subject and to the value subject of one relation; none for a part that is never sent. */
export function subjectImpacts({ before, after }: Pair, context: StreamContext): readonly SubjectImpact[] {
  return (["key", "value"] as const).flatMap((part) => {
    const [old, now] = [sideOf(before, part), sideOf(after, part)];
    if (old === null) return now === null ? [] : [appeared(part, now, before, context)];
    if (now === null) return gone(part, old, after, context);
    return old.subject === now.subject ? [stayed(part, old, now, context)] : moved(part, old, now, context);
  });
}

/** A new table, a table that is captured from now on, a new key, or another relation under a name already in use. */
function appeared(part: Part, now: Side, before: Projection | null, context: StreamContext): SubjectImpact {
  const hadValue = part === "key" && sideOf(before, "value") !== null;
  const change = { part, subject: now.subject, path: null, position: null, before: null, after: now.schema };
  const step = stepBehind("key-appeared", part, null, context.causes);
  return started(part, now, hadValue ? [{ kind: "key-appeared", ...change, step }] : [], null, context);
}

/**
 * The subject that a relation starts to send to. Where another relation sent to it before, its rows are what has to be lived with.
 * @param own the relation's own stream before, under another subject
 */
function started(part: Part, now: Side, changes: readonly Change[], own: Side | null, context: StreamContext): SubjectImpact {
  const earlier = now.subject === null ? null : sideOf(context.index.streamBefore(now.subject), part);
  const rowsBefore = earlier ?? own;
  const sameRelation = earlier === null && context.sameRelation;
  return {
    part,
    subjectBefore: earlier === null ? null : now.subject,
    subjectAfter: now.subject,
    schemaBefore: earlier?.avro ?? null,
    schemaAfter: now.avro,
    ...compareSides(part, rowsBefore, now, earlier?.avro ?? null, context),
    changes: [...changes, ...(rowsBefore === null ? [] : rowChanges(part, rowsBefore, now, { ...context, sameRelation }))],
    drift: earlier === null ? null : driftAt(part, earlier, context, now.avro),
  };
}

function gone(part: Part, old: Side, after: Projection | null, context: StreamContext): readonly SubjectImpact[] {
  const keyVanished = part === "key" && sideOf(after, "value") !== null;
  // Another relation goes on under the name: its own impact tells what becomes of the subject.
  if (!keyVanished && old.subject !== null && context.index.isSentAfter(old.subject)) return [];
  const step = stepBehind("key-vanished", part, null, context.causes);
  const change = { part, subject: old.subject, path: null, position: null, before: old.schema, after: null };
  const changes: readonly Change[] = keyVanished ? [{ kind: "key-vanished", ...change, step }] : [];
  return [silenced(part, old, changes, keyVanished ? "the records have no key any more" : reasonOfSilence(after, context), context)];
}

function reasonOfSilence(after: Projection | null, { causes }: StreamContext): string {
  if (after !== null) return after.silent ?? "no change of the table reaches the stream";
  const dropped = causes.some(({ change }) => change.kind === "relation-dropped");
  return dropped ? "the table is dropped" : "the connector no longer captures the table";
}

function silenced(part: Part, old: Side, changes: readonly Change[], reason: string, context: StreamContext): SubjectImpact {
  const verdict: RegistryVerdict = { outcome: "silent", reason };
  const sides = { subjectBefore: old.subject, subjectAfter: null, schemaBefore: old.avro, schemaAfter: null };
  return { part, ...sides, verdict, ...nothing, changes, drift: driftAt(part, old, context, null) };
}

function moved(part: Part, old: Side, now: Side, context: StreamContext): readonly SubjectImpact[] {
  const next = started(part, now, topicChange(part, old, now, context), old, context);
  if (old.subject !== null && context.index.isSentAfter(old.subject)) return [next];
  const reason =
    old.projection.topic === now.projection.topic
      ? `the records go to subject ${now.subject ?? "(unknown)"} from now on`
      : `the records go to topic ${now.projection.topic} from now on`;
  return [silenced(part, old, topicChange(part, old, now, context), reason, context), next];
}

function stayed(part: Part, old: Side, now: Side, context: StreamContext): SubjectImpact {
  return {
    part,
    subjectBefore: old.subject,
    subjectAfter: now.subject,
    schemaBefore: old.avro,
    schemaAfter: now.avro,
    ...compareSides(part, old, now, old.avro, context),
    changes: [...topicChange(part, old, now, context), ...rowChanges(part, old, now, context)],
    drift: driftAt(part, old, context, now.avro),
  };
}

function topicChange(part: Part, old: Side, now: Side, { causes }: StreamContext): readonly Change[] {
  const [before, after] = [old.projection.topic, now.projection.topic];
  if (before === after) return [];
  const step = stepBehind("topic-changed", part, null, causes);
  return [{ kind: "topic-changed", subject: old.subject, part, path: null, position: null, before, after, step }];
}

function rowChanges(part: Part, old: Side, now: Side, { causes, sameRelation }: StreamContext): readonly Change[] {
  if (old.schema === now.schema) return [];
  return changesOf(old, now, { subject: now.subject, part, causes, sameRelation });
}

type Comparison = Pick<SubjectImpact, "verdict" | "levels" | "backward" | "forward" | "disagreement" | "registration" | "unreadable">;

/** @param earlier what was sent to the subject before, by this relation or by another */
function compareSides(part: Part, old: Side | null, now: Side, earlier: JsonValue | null, context: StreamContext): Comparison {
  const isSame = old !== null && old.subject === now.subject && equalJson(old.avro, now.avro);
  const doubt = doubtOf(now.projection.caveats, old?.projection.caveats ?? [], isSame, context.causes);
  const unknown: RegistryVerdict | null = doubt === null ? null : { outcome: "unknown", reason: doubt };
  if (isSame) return { ...nothing, verdict: unknown ?? { outcome: "unchanged" } };
  const verdictWithout = unguarded(part, now.subject, context.connector);
  if (now.subject === null)
    return { ...nothing, verdict: unknown ?? verdictWithout, ...rows(now, old, parsed(old?.avro ?? null, context), context) };
  const answer = askRegistry(
    {
      name: now.subject,
      subject: context.stored.find(now.subject),
      registryGiven: context.registryGiven,
      candidate: now.avro,
      before: earlier,
      accepted: context.index.allBefore,
    },
    context.stored,
    context.avroLine,
  );
  const { check, against } = answer;
  const registration = registrationOf(
    {
      part,
      connector: context.connector,
      subject: context.stored.find(now.subject),
      registryGiven: context.registryGiven,
      candidate: now.avro,
    },
    context.stored,
    context.avroLine,
  );
  const levels = check === null ? [] : compatibilityLevels.map((level) => ({ level, compatible: check(level).compatible }));
  const before = answer.verdict.outcome === "refused" ? against : null;
  return {
    verdict: unknown ?? answer.verdict,
    disagreement: unknown === null ? answer.disagreement : null,
    registration: unknown === null ? registration : null,
    ...olderUnreadable(answer, now, context),
    levels,
    ...rows(now, old, before ?? parsed(old?.avro ?? earlier, context) ?? against, context),
  };
}

/** Said only where it is new: what the latest version cannot read either is no news. */
function olderUnreadable({ verdict, unreadable }: RegistryAnswer, now: Side, { avroLine }: StreamContext): Pick<Comparison, "unreadable"> {
  const after = parsed(now.avro, { avroLine });
  if (verdict.outcome === "refused" || verdict.outcome === "unknown" || unreadable.length === 0 || after === null) return {};
  return {
    unreadable: unreadable.map(({ version, schema }) => ({
      version,
      reasons: rowIncompatibilities(after, schema, now.projection, avroLine),
    })),
  };
}

function rows(now: Side, old: Side | null, before: AvroSchema | null, context: StreamContext): Pick<Comparison, "backward" | "forward"> {
  const after = parsed(now.avro, context);
  if (before === null || after === null) return { backward: [], forward: [] };
  return {
    backward: rowIncompatibilities(after, before, now.projection, context.avroLine),
    forward: rowIncompatibilities(before, after, old?.projection ?? null, context.avroLine),
  };
}

function parsed(schema: JsonValue | null, { avroLine }: Pick<StreamContext, "avroLine">): AvroSchema | null {
  if (schema === null) return null;
  const result = parseAvro(schema, { strict: "stored", avroLine });
  return result.ok ? result.schema : null;
}
