/** What yargs read, by option. */
export type Arguments = Readonly<Record<string, unknown>>;

export const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
export const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** An option that may be given several times, one value each. */
export const list = (describe: string) => ({ type: "array", string: true, nargs: 1, describe }) as const;
