import type { Connector, SettingProblem } from "../model/connector.ts";
import type { ConnectorFacts, ConnectorStatus, Diagnosis, Health } from "../model/doctor.ts";
import { capitalized } from "../model/words.ts";
import { diagnoser } from "./diagnosis.ts";
import type { Check } from "./diagnosis.ts";
import { explainTrace, innermost } from "./trace.ts";

const { good, bad, unknown } = diagnoser("connector");

/** The connector's configuration, and whether it runs. */
export const connectorChecks: Check = ({ connectors }) =>
  connectors.flatMap(({ connector, status }: ConnectorFacts) => {
    const { name } = connector;
    const found = [...settings(connector), ...habits(connector)];
    return [
      ...(status === null ? [] : states(name, status)),
      ...(found.length > 0 ? found : [good("connector-setting", name, `Connector ${name} has no setting that is wrong or dangerous.`)]),
    ];
  });

function states(name: string, { state, tasks }: ConnectorStatus): readonly Diagnosis[] {
  if (state === "PAUSED" || state === "STOPPED") {
    return [
      bad("connector-state", "error", name, {
        what: `Connector ${name} is ${state}.`,
        why: "Nothing reads its slot, and write-ahead log piles up.",
        remedy: "Resume it, or drop its slot if it is gone for good.",
      }),
    ];
  }
  if (tasks.length === 0) {
    return [
      bad("connector-state", "error", name, {
        what: `Connector ${name} is ${state}, but has no task.`,
        why: "Nothing is read.",
        remedy: "See the worker's log: the configuration was most likely refused.",
      }),
    ];
  }
  const failed = tasks.filter((task) => task.state !== "RUNNING");
  if (failed.length === 0 && state === "RUNNING") return [good("connector-state", name, `Connector ${name} and its task are RUNNING.`)];
  return failed.map(({ id, state: is, trace }) => {
    const meaning = trace === null ? null : explainTrace(trace);
    return bad("connector-state", "error", name, {
      what: `Task ${id} of connector ${name} is ${is}${meaning === null ? "" : `. ${meaning.what}`}${trace === null ? "" : `: ${innermost(trace)}`}.`,
      why: "No table of the connector is read until it runs again; its slot keeps write-ahead log meanwhile.",
      remedy: meaning?.remedy ?? "See the trace in GET /connectors/NAME/status and the worker's log.",
    });
  });
}

const healthOf: Readonly<Record<SettingProblem["kind"], Exclude<Health, "good" | "unknown">>> = {
  refused: "error",
  ignored: "warning",
  leftover: "note",
  deprecated: "note",
};

const whyOf: Readonly<Record<SettingProblem["kind"], string>> = {
  refused: "The connector does not start with it.",
  leftover: "Nobody reads it, and nothing is lost by that.",
  ignored: "Nobody reads it, so what was wanted does not happen, without a word.",
  deprecated: "A later version does not know it any more.",
};

function settings({ name, problems, unsupported }: Connector): readonly Diagnosis[] {
  return [
    ...problems.map(({ kind, setting, reason, remedy }) =>
      bad("connector-setting", healthOf[kind], `${name}.${setting}`, {
        what: `${setting} of connector ${name}: ${reason}.`,
        why: whyOf[kind],
        remedy: `${capitalized(remedy)}${/[.?]$/.test(remedy) ? "" : "."}`,
      }),
    ),
    ...unsupported.map(({ setting, reason }) =>
      unknown("connector-setting", `${name}.${setting}`, `${setting}: ${reason}`, "what it does to schemas cannot be predicted here"),
    ),
  ];
}

/** Settings that are allowed and dangerous. */
function habits({ name, settings: given, publication }: Connector): readonly Diagnosis[] {
  const value = (setting: string): string => (given[setting] ?? "").trim().toLowerCase();
  const found: Diagnosis[] = [];
  if (value("errors.tolerance") === "all") {
    found.push(
      bad("connector-tolerance", "error", name, {
        what: `Connector ${name} has errors.tolerance=all.`,
        why: "A record that cannot be converted, such as one whose schema the registry refuses, is dropped without a word (measured), and the task stays RUNNING.",
        remedy: "Set errors.tolerance=none.",
      }),
    );
  }
  if (value("slot.drop.on.stop") === "true") {
    found.push(
      bad("connector-slot-drop", "error", name, {
        what: `Connector ${name} drops its slot whenever it stops (slot.drop.on.stop=true).`,
        why: "All changes between a stop and the next start are lost.",
        remedy: "Set slot.drop.on.stop=false.",
      }),
    );
  }
  if (publication.autocreateMode === "all_tables" && given["publication.autocreate.mode"] === undefined) {
    found.push(
      bad("connector-publication", "warning", name, {
        what: `Connector ${name} leaves publication.autocreate.mode at its default, all_tables.`,
        why: "Where the publication is missing it makes one FOR ALL TABLES, which needs a superuser and makes UPDATE and DELETE fail on every table without a replica identity.",
        remedy: "Create the publication in a migration and set publication.autocreate.mode=disabled.",
      }),
    );
  }
  if ((given["plugin.name"] ?? "").trim() === "") {
    found.push(
      bad("connector-plugin", "warning", name, {
        what: `Connector ${name} sets no plugin.name, so it is decoderbufs.`,
        why: "That plugin has to be installed on the server; pgoutput is built in.",
        remedy: "Set plugin.name=pgoutput.",
      }),
    );
  }
  return found;
}
