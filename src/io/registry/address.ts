import { UserError } from "../../errors.ts";

/** Where a registry is. `base` is without credentials and without a slash at its end; `shown` may stand in any message. */
export interface RegistryAddress {
  readonly base: string;
  readonly shown: string;
  readonly username: string | null;
  readonly password: string | null;
}

/** Reads one URL, or several separated by commas as Confluent's client takes them. @throws UserError REGISTRY_INVALID, without the URL's secrets. */
export function parseAddresses(urls: string): readonly RegistryAddress[] {
  return urls
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "")
    .map(parseAddress);
}

function parseAddress(text: string): RegistryAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UserError("REGISTRY_INVALID", "The URL of the schema registry cannot be read. It has the form https://host:8081.");
  }
  const [username, password] = [decode(url.username), decode(url.password)];
  const base = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
  return { base, shown: base, username: username === "" ? null : username, password: password === "" ? null : password };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that encodes nothing is meant literally.
    return text;
  }
}
