import { isCancel, multiselect, select, text } from "@clack/prompts";
import { UserError } from "../errors.ts";

/** Ctrl-C at a question ends the run with nothing written. */
function answered<Value>(answer: Value): Exclude<Value, symbol> {
  if (isCancel(answer)) throw new UserError("USAGE", "stopped at a question; nothing was written");
  // A cast: clack answers with a symbol only to cancel.
  return answer as Exclude<Value, symbol>;
}

/** One line; empty takes the fallback. @throws UserError USAGE where the user stops */
export async function askText(message: string, fallback: string): Promise<string> {
  return answered(await text({ message, placeholder: fallback, defaultValue: fallback }));
}

/** One of several. @throws UserError USAGE where the user stops */
export async function askOne<Value extends string>(
  message: string,
  options: readonly { readonly value: Value; readonly label: string; readonly hint: string }[],
  initial: Value,
): Promise<Value> {
  const answer = await select<string>({ message, options: options.map((option) => ({ ...option })), initialValue: initial });
  const value = answered(answer);
  return options.find((option) => option.value === value)?.value ?? initial;
}

/** Any number of names, at least one. @throws UserError USAGE where the user stops */
export async function askSome(message: string, names: readonly string[], preset: readonly string[]): Promise<ReadonlySet<string>> {
  const options = names.map((value) => ({ value, label: value }));
  const answer = await multiselect<string>({ message, options, initialValues: [...preset], required: true, maxItems: 15 });
  return new Set(answered(answer));
}
