import { checkSubject } from "../../../src/compare/check-subject.ts";
import type { CompatibilityLevel, SchemaReference } from "../../../src/model/subject.ts";
import type { Handler } from "./server.ts";
import { json } from "./server.ts";

export interface StoredSubject {
  /** null: none of its own. */
  level?: CompatibilityLevel | null;
  /** A configuration of its own that sets no level. */
  config?: Readonly<Record<string, unknown>>;
  mode?: string;
  /** Texts by version, from 1; null for one that is deleted. */
  versions: (string | null)[];
  /** The credentials may not read its versions: HTTP 403, and not in the list of all. */
  denied?: boolean;
  /** Of the first version. */
  references?: readonly SchemaReference[];
}

/** What a registry like Confluent's holds; a test may change it under way. */
export interface Store {
  level: CompatibilityLevel;
  subjects: Record<string, StoredSubject>;
  /** As from 8.0.7 on, a new schema has names of ASCII letters. */
  validates?: boolean;
  /** Most entries of `GET /schemas`, as an operator may set it. */
  pageSize?: number;
}

/**
 * The same answers as Karapace gives them: told by its health, checks of one version only, reasons in words of its own
 * (`avro.compatibility` of Python's Avro, as in the facts on registries).
 */
export function asKarapace(handler: Handler): Handler {
  return (path, response, request, body) => {
    const [route = ""] = path.split("?");
    if (route === "/v1/metadata/version") return json(response, 404, { error_code: 404, message: "HTTP 404 Not Found" });
    // Everything at once, whatever is asked for; a mode of its own has no subject.
    if (route === "/schemas") return handler(route, response, request, body);
    if (route.startsWith("/mode")) return handler("/mode", response, request, body);
    if (route === "/_health") return json(response, 200, { process_uptime_sec: 9, karapace_version: "5.0.3" });
    if (!route.startsWith("/compatibility")) return handler(path, response, request, body);
    if (route.endsWith("/versions")) return json(response, 405, { message: "Method Not Allowed" });
    const { end } = response;
    response.end = ((text: string) => {
      response.end = end;
      const { is_compatible: compatible }: { readonly is_compatible: boolean } = JSON.parse(text);
      const messages = ["reader union lacking writer type: record"];
      return response.end(JSON.stringify(compatible ? { is_compatible: true } : { is_compatible: false, messages }));
      // The one form in which `json` calls it.
    }) as typeof end;
    handler(path, response, request, body);
  };
}

/** The part of Confluent's REST interface that reads, checks, looks up and registers. */
export function storedRegistry(store: Store): Handler {
  const ids = new Map<string, number>();
  const idOf = (schema: string): number => {
    const known = ids.get(schema) ?? ids.size + 1;
    ids.set(schema, known);
    return known;
  };
  return (path, response, request, body) => {
    const [route = "", query = ""] = path.split("?");
    const [first, ...rest] = route.slice(1).split("/").map(decodeURIComponent);
    const miss = (code: number): void => json(response, 404, { error_code: code, message: "not found" });
    if (route === "/v1/metadata/version") return json(response, 200, { version: "8.3.1" });
    const name = (first === "compatibility" ? rest[1] : rest[0]) ?? "";
    const subject = store.subjects[name];
    const versions = versionsOf(subject);
    const stored = versions.map((one) => ({ id: null, schemaType: "AVRO" as const, references: [], ...one }));
    // A configuration without a level takes the server's own default, not the global level.
    const level = subject?.level ?? (subject?.config === undefined ? store.level : "BACKWARD");
    if (first === "config") {
      if (name === "") return json(response, 200, { compatibilityLevel: store.level });
      const isWanted = (subject?.level ?? null) !== null || query.includes("defaultToGlobal=true");
      if (!isWanted && subject?.config !== undefined) return json(response, 200, subject.config);
      return isWanted ? json(response, 200, { compatibilityLevel: level }) : miss(40408);
    }
    if (first === "mode") {
      if (name === "") return json(response, 200, { mode: "READWRITE" });
      return subject?.mode === undefined ? miss(40409) : json(response, 200, { mode: subject.mode });
    }
    if (request.method === "POST") return post(first ?? "", rest);
    if (route === "/schemas") {
      const all = Object.keys(store.subjects)
        .filter((one) => store.subjects[one]?.denied !== true)
        .toSorted()
        .flatMap((one) => versionsOf(store.subjects[one]).map((entry) => ({ subject: one, id: idOf(entry.schema), ...entry })));
      const { offset = "0", limit = "1000" } = Object.fromEntries(new URLSearchParams(query));
      const size = Math.min(Number(limit), store.pageSize ?? 1000);
      return json(response, 200, all.slice(Number(offset), Number(offset) + size));
    }
    if (name === "")
      return json(
        response,
        200,
        Object.keys(store.subjects).filter((one) => liveIn(store.subjects[one])),
      );
    if (subject?.denied === true) return json(response, 403, { error_code: 40301, message: "denied" });
    if (versions.length === 0) return miss(40401);
    if (rest.length === 2) {
      return json(
        response,
        200,
        versions.map(({ version }) => version),
      );
    }
    const found = rest[2] === "latest" ? versions.at(-1) : versions.find(({ version }) => String(version) === rest[2]);
    return found === undefined ? miss(40402) : json(response, 200, { subject: name, id: idOf(found.schema), ...found });

    function post(kind: string, parts: readonly string[]): void {
      const { schema }: { readonly schema: string } = JSON.parse(body ?? "{}");
      const same = versions.find((one) => one.schema === schema);
      const isInvalid = store.validates === true && /"namespace":"[^"]*[^A-Za-z0-9_."]/.test(schema);
      if (kind === "compatibility" && isInvalid)
        return json(response, 200, { is_compatible: false, messages: [`Invalid schema ${schema} of type AVRO`] });
      if (kind === "compatibility") {
        const { compatible, failures } = checkSubject(level, schema, stored);
        return json(response, 200, { is_compatible: compatible, messages: failures.flatMap(({ messages }) => messages) });
      }
      if (parts.length === 1) {
        if (same === undefined) return miss(versions.length === 0 ? 40401 : 40403);
        return json(response, 200, { subject: name, id: idOf(schema), ...same });
      }
      const isFine = same !== undefined || checkSubject(level, schema, stored).compatible;
      if (!isFine) return json(response, 409, { error_code: 40901, message: "Schema being registered is incompatible" });
      if (same === undefined) (store.subjects[name] ??= { versions: [] }).versions.push(schema);
      return json(response, 200, { id: idOf(schema) });
    }
  };
}

function versionsOf(subject: StoredSubject | undefined) {
  return (subject?.versions ?? []).flatMap((schema, index) => {
    if (schema === null) return [];
    return [
      { version: index + 1, schema, ...(index === 0 && subject?.references !== undefined ? { references: subject.references } : {}) },
    ];
  });
}

const liveIn = (subject: StoredSubject | undefined): boolean => subject?.versions.some((version) => version !== null) === true;
