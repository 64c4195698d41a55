import type { Connector, Converter, SettingProblem } from "../model/connector.ts";
import type { Caveat } from "../model/projection.ts";

/** Doubts that the connector as a whole casts on every projection. */
export function settingCaveats(connector: Connector): readonly Caveat[] {
  return [
    ...converterCaveats("key", connector.keyConverter),
    ...converterCaveats("value", connector.valueConverter),
    ...connector.problems.filter(({ kind }) => kind === "refused").map(refusedCaveat),
  ];
}

function converterCaveats(part: "key" | "value", converter: Converter): readonly Caveat[] {
  const setting = `${part}.converter`;
  switch (converter.format) {
    case "json":
      return [
        note(
          "converter-without-registry",
          `${setting} is JsonConverter: nothing is registered for the ${part}, so no registry protects its readers.`,
        ),
      ];
    case "plain":
      return [
        note(
          "converter-without-registry",
          `${setting} is ${converter.class ?? ""}: nothing is registered for the ${part}, so no registry protects its readers.`,
        ),
      ];
    case "json-schema":
    case "protobuf":
      return [unknown("converter-not-covered", `${setting} is ${converter.class ?? ""}: its registered schemas are not predicted.`)];
    case "unknown":
      return [
        unknown(
          "converter-not-covered",
          `${setting} is ${converter.class ?? ""}, which is not known here: what it registers cannot be predicted.`,
        ),
      ];
    case "avro":
      return avroCaveats(part, converter);
    default:
      return converter.format satisfies never;
  }
}

function avroCaveats(part: "key" | "value", converter: Converter): readonly Caveat[] {
  const caveats: Caveat[] = [];
  if (converter.class === null) {
    caveats.push(
      note(
        "converter-assumed",
        `${part}.converter is not set in the connector: Confluent's AvroConverter with its default settings is assumed.`,
      ),
    );
  }
  if (converter.subjectNameStrategy === "unknown") {
    const doubt = converter.subjectDoubt ?? "its name strategy is not known";
    caveats.push(unknown("subject-strategy-unknown", `The subjects of ${part}.converter cannot be predicted: ${doubt}.`));
  }
  return caveats;
}

/** A note and no doubt: that the connector does not start is certain, and told as a finding. */
function refusedCaveat({ setting, reason }: SettingProblem): Caveat {
  return note("setting-refused", `${setting}: ${reason}. The connector does not start; what is shown holds for a corrected value.`);
}

function note(code: string, message: string): Caveat {
  return { code, message, effect: "note" };
}

function unknown(code: string, message: string): Caveat {
  return { code, message, effect: "unknown" };
}
