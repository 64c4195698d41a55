import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packImage, unpackImage } from "../../../src/io/engine/image.ts";
import { openEngine } from "../../../src/io/engine/open.ts";

test("an image gives back its folders and files, whatever their names and bytes", () => {
  const file = fc.record({ path: fc.string(), data: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(file), (folders, files) => {
      const image = unpackImage(packImage(folders, files));
      expect(image.folders).toEqual(folders);
      let at = 0;
      const given = image.files.map(([path, size]) => ({ path, data: image.bytes.slice(at, (at += size)) }));
      expect(given).toEqual(files);
      expect(image.bytes.length).toBe(at);
    }),
  );
});

test("an engine that is opened and not used ends with close, and keeps no process alive without", async () => {
  const engine = await openEngine();
  await engine.close();
  const source = join(import.meta.dirname, "../../../src/io/engine/open.ts");
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", `await (await import(${JSON.stringify(source)})).openEngine();`], {
    timeout: 30_000,
  });
  expect(run.status).toBe(0);
});
