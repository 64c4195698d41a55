import { isPlaceholder } from "./settings.ts";

const SECRET_NAME = /password|passwd|secret|token|credential|jaas|passphrase|private.?key|ssl\.key|api\.?key|basic\.auth\.user\.info/i;
const SALT = /^(column\.mask\.hash\.(?:v2\.)?[^.]+\.with\.salt\.).+$/;
const HIDDEN = "(hidden)";

/** Settings without secrets: values of secret settings, credentials in URLs, and the salt that is part of a setting's name. */
export function withoutSecrets(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const clean: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings)) {
    const name = withoutSalt(key);
    const shown =
      SECRET_NAME.test(key) && !isPlaceholder(value) && value !== "" ? HIDDEN : value.replace(/(\w:\/\/)[^/@\s]+@/g, `$1${HIDDEN}@`);
    // Two masks may differ in their salt alone.
    const before = clean[name];
    clean[name] = before === undefined ? shown : `${before},${shown}`;
  }
  return clean;
}

/** A setting's name without the salt that a hash mask carries in it. */
export function withoutSalt(setting: string): string {
  return setting.replace(SALT, `$1${HIDDEN}`);
}
