/** The floor: PGlite from a saved data folder, each file's text sent as it is. Usage: node pglite-alone.ts DATA_FOLDER.tar FILE… (made when missing) */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";

const [saved = "", listFile = ""] = process.argv.slice(2);
if (!existsSync(saved)) {
  const fresh = await PGlite.create();
  writeFileSync(saved, Buffer.from(await (await fresh.dumpDataDir("none")).arrayBuffer()));
  await fresh.close();
}
const database = await PGlite.create({ loadDataDir: new Blob([readFileSync(saved)]) });
for (const file of readFileSync(listFile, "utf8").split("\n").filter(Boolean)) await database.exec(readFileSync(file, "utf8"));
process.exit(0);
