/** Full name split as org.apache.avro.Schema.Name does: the part after the last dot is the name. */
export interface AvroName {
  readonly name: string;
  readonly namespace: string | null;
}

export function splitName(full: string): AvroName {
  const dot = full.lastIndexOf(".");
  return dot === -1 ? { name: full, namespace: null } : { name: full.slice(dot + 1), namespace: full.slice(0, dot) };
}

export function fullName(name: AvroName): string {
  return name.namespace === null ? name.name : `${name.namespace}.${name.name}`;
}

/** Avro 1.12's check of a record or field name: letters and digits of any script; namespaces are not checked. Null: valid. */
export function nameProblem(name: string): string | null {
  if (name === "") return "Empty name";
  if (!/^[\p{L}_]/u.test(name)) return `Illegal initial character: ${name}`;
  // Java looks at UTF-16 units, so a letter outside the basic plane is not one.
  return /^[\p{L}\p{Nd}_]*$/u.test(name) && !/[\u{10000}-\u{10ffff}]/u.test(name) ? null : `Illegal character in: ${name}`;
}

/** The specification's own rule, ASCII alone, to which Confluent's Schema Registry 8 and Karapace hold new schemas, each part of a namespace too. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** scrub.invalid.names of Confluent's AvroData, for one part of a name. */
export function scrubPart(part: string): string {
  if (part === "" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(part)) return part;
  const encoded = encodeURIComponent(part).replace(/[!~'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const started = /^[A-Za-z_]/.test(encoded) ? encoded : `x${encoded}`;
  return started.replaceAll("%20", "_").replace(/[^A-Za-z0-9_]/g, "_");
}

export function scrubName(full: string): string {
  return full.split(".").map(scrubPart).join(".");
}
