import { join } from "node:path";
import { bundleAction } from "./bundle.ts";
import { writeEmptyData } from "./empty-data.ts";

// What the compiler does not make: the Action's bundle, and the empty data folder beside each copy of the engine.
const dist = join(import.meta.dirname, "../../dist");
await bundleAction(join(dist, "action"));
await writeEmptyData([join(dist, "action/empty-data.zst"), join(dist, "src/io/engine/empty-data.zst")]);
