import type { SettingProblem, Unsupported } from "../model/connector.ts";
import { knownSettings } from "./known-settings.ts";
import { nearestName } from "../model/near-name.ts";
import { deprecations, foreignSettings, replacementOf } from "./retired-settings.ts";
import { isFilledIn } from "./settings.ts";
import { has, refusal } from "./setting-value.ts";
import { specialRefusals } from "./special-settings.ts";
import { unreadTransformSettings } from "./transforms/setting-names.ts";
import { knownVersions } from "./version.ts";
import type { DebeziumVersion } from "./version.ts";

type Settings = Readonly<Record<string, string>>;
type Found = Omit<SettingProblem, "span">;

/**
 * What is wrong with a configuration: values with which the connector does not start (io.debezium.config.Field's validations, and what its constructors
 * throw), settings that nobody reads, and settings that a later version no longer reads. One problem per setting.
 */
export function settingProblems(settings: Settings, version: DebeziumVersion): readonly Found[] {
  const found = [
    ...specialRefusals(settings, version),
    ...Object.entries(settings).flatMap(([setting, value]) => problemOf(setting, value, settings, version)),
    ...unreadTransformSettings(settings),
  ];
  const seen = new Set<string>();
  return found.filter(({ setting }) => !seen.has(setting) && seen.add(setting));
}

const isAmong = ({ setting, kind }: Found, problems: readonly Found[]): boolean =>
  problems.some((other) => other.setting === setting && other.kind === kind);

export interface Judged {
  readonly version: DebeziumVersion;
  readonly problems: readonly Found[];
  /** Settings of which each is refused by some versions, and all together by every one that is known. */
  readonly unsure: readonly Unsupported[];
}

/**
 * The problems where nobody said which version it is. A connector that runs has a version that takes its settings: where the assumed one refuses what
 * another takes, the newest that takes everything is assumed instead.
 */
export function problemsOfAnyVersion(settings: Settings, assumed: DebeziumVersion): Judged {
  const found = settingProblems(settings, assumed);
  const all = knownVersions.map((version) => ({ version, problems: settingProblems(settings, version) }));
  const isSure = (problem: Found): boolean => problem.kind === "deprecated" || all.every(({ problems }) => isAmong(problem, problems));
  const doubted = found.filter((problem) => problem.kind === "refused" && !isSure(problem));
  const other = all.findLast(({ problems }) => problems.every((problem) => problem.kind !== "refused" || isSure(problem)));
  if (doubted.length > 0 && other !== undefined) return { version: other.version, problems: other.problems.filter(isSure), unsure: [] };
  return {
    version: assumed,
    problems: found.filter(isSure),
    unsure: doubted.map(({ setting, reason }) => ({
      setting,
      reason: `${reason}; no version takes all settings of this connector: give its own with --debezium-version`,
    })),
  };
}

function problemOf(setting: string, value: string, settings: Settings, version: DebeziumVersion): readonly Found[] {
  const known = knownSettings.get(setting);
  if (known === undefined) return unread(setting, settings, version);
  if (!has(known, version)) {
    const since = known.since === null ? `Debezium read it up to ${known.until ?? ""}` : `Debezium reads it since ${known.since}`;
    const remedy = replacementOf(setting) ?? (known.since === null ? "take it out" : "take it out, or run a version that has it");
    return [{ kind: "ignored", setting, reason: `${since}, and this connector runs ${text(version)}`, remedy }];
  }
  // What the worker fills in is not known here.
  const reason = isFilledIn(value) || value === "(hidden)" ? null : refusal(known.check, value, version);
  const namesItself = known.check.kind === "patterns" || reason?.startsWith('"') === true;
  const told = namesItself ? reason : `it is "${value}", and ${reason ?? ""}`;
  if (reason !== null && told !== null) return [{ kind: "refused", setting, reason: told, remedy: remedyFor(setting, value) }];
  return deprecations(setting, value, version);
}

function remedyFor(setting: string, value: string): string {
  const check = knownSettings.get(setting)?.check;
  const replacement = replacementOf(`${setting}=${value.trim().toLowerCase()}`);
  if (replacement !== null) return replacement;
  const near =
    check?.kind === "one-of"
      ? nearestName(
          value.trim(),
          check.values.map((one) => one.value),
        )
      : null;
  return near === null ? "correct the value" : `did you mean "${near}"?`;
}

function unread(setting: string, settings: Settings, version: DebeziumVersion): readonly Found[] {
  const instead = replacementOf(setting);
  if (instead !== null) {
    const isReplaced = settings[instead.replace(/^use /, "")] !== undefined;
    return [
      {
        kind: isReplaced ? "leftover" : "ignored",
        setting,
        reason: "Debezium 2.0 and later do not read it",
        remedy: isReplaced ? "take it out" : instead,
      },
    ];
  }
  const foreign = foreignSettings(setting);
  if (foreign !== null) return [{ kind: "leftover", setting, reason: foreign, remedy: "take it out" }];
  const near = nearestName(setting, names(version));
  if (isOpen(setting, settings) && (near === null || !/^(?:database|topic)\./.test(setting))) return [];
  const remedy = near === null ? "take it out, or correct its name" : `did you mean ${near}?`;
  return [{ kind: "ignored", setting, reason: `neither Kafka Connect nor Debezium ${text(version)} knows it`, remedy }];
}

function names(version: DebeziumVersion): readonly string[] {
  return [...[...knownSettings].flatMap(([name, known]) => (has(known, version) ? [name] : [])), ...CONNECT];
}

/** Kafka Connect's own settings of a source connector (ConnectorConfig and SourceConnectorConfig of 4.3). */
const CONNECT: readonly string[] =
  `name tasks.max tasks.max.enforce connector.plugin.version key.converter key.converter.plugin.version value.converter
  value.converter.plugin.version header.converter header.converter.plugin.version transforms predicates config.action.reload errors.retry.timeout
  errors.retry.delay.max.ms errors.tolerance errors.log.enable errors.log.include.messages topic.creation.groups topic.creation.enable
  exactly.once.support transaction.boundary transaction.boundary.interval.ms offsets.storage.topic`.split(/\s+/);

/** Settings with a free part in their name: handed on to the driver, a client, a converter or a transform; and those of Debezium Server's engine, and of hosts. */
const OPEN =
  /^(?:(?:key|value|header)\.converter|transforms|predicates|topic\.creation|producer\.override|consumer\.override|admin\.override|producer|consumer|database|driver|signal\.(?:consumer|producer|kafka)|notification|openlineage|snapshot\.select\.statement\.overrides|internal|offset|record\.processing|task\.management|confluent|tracing|opentelemetry|strimzi|_\w+)\./;
const MASKS = /^column\.(?:truncate\.to\.\d+\.chars|mask\.with\.\d+\.chars|mask\.hash\.(?:v2\.)?[^.]+\.with\.salt\..+)$/;

function isOpen(setting: string, settings: Settings): boolean {
  if (CONNECT.includes(setting) || OPEN.test(setting) || MASKS.test(setting)) return true;
  const own = [settings["converters"], settings["post.processors"]].flatMap((list) => (list ?? "").split(","));
  return own.some((name) => name.trim() !== "" && setting.startsWith(`${name.trim()}.`));
}

function text(version: DebeziumVersion): string {
  return `${version.major}.${version.minor}`;
}
