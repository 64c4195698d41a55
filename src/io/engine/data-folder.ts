import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, zstdCompress } from "node:zlib";
import type { JsonValue } from "../../model/json.ts";
import type { SavedState } from "./engine.ts";

/** A saved server and what its maker wants to remember of it. */
export interface Stored {
  readonly state: SavedState;
  readonly notes: JsonValue;
}

interface Header {
  readonly extensions: readonly string[];
  readonly notes: JsonValue;
  /** CRC-32 of the data. */
  readonly crc: number;
}

/** On a thread of its own, so that the worker goes on meanwhile. */
export const compress: (image: Uint8Array) => Promise<Uint8Array> = promisify(zstdCompress);

const suffix = ".state";
const kept = 12;

/**
 * A folder of saved servers, one file each, named by what made them: 4 bytes length of the header, the header as JSON, then the image of
 * the data folder, zstd-compressed. Whatever cannot be read or written counts as not there: the folder only saves time.
 */
export class StateFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async has(key: string): Promise<boolean> {
    return stat(this.#file(key)).then(
      () => true,
      () => false,
    );
  }

  async load(key: string): Promise<Stored | null> {
    try {
      const bytes = await readFile(this.#file(key));
      const length = bytes.readUInt32LE(0);
      // A cast: only `save` writes these files, under a name that says in which version.
      const header = JSON.parse(bytes.toString("utf8", 4, 4 + length)) as Header;
      const data = bytes.subarray(4 + length);
      if (crc32(data) !== header.crc) return null;
      const now = new Date();
      await utimes(this.#file(key), now, now).catch(() => undefined);
      return { state: { data, extensions: header.extensions }, notes: header.notes };
    } catch {
      return null;
    }
  }

  async save(key: string, stored: Stored): Promise<void> {
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
      const { data, extensions } = stored.state;
      const header = Buffer.from(JSON.stringify({ extensions, notes: stored.notes, crc: crc32(data) } satisfies Header));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(header.length);
      const part = `${this.#file(key)}.${process.pid}.part`;
      await writeFile(part, Buffer.concat([length, header, data]), { mode: 0o600 });
      await rename(part, this.#file(key));
      await this.#prune();
    } catch {
      // A read-only or full disk costs time, not correctness.
    }
  }

  #file(key: string): string {
    return join(this.#path, key + suffix);
  }

  /** Keeps the states used last, and those every run starts from. */
  async #prune(): Promise<void> {
    const names = (await readdir(this.#path)).filter((name) => name.endsWith(suffix) && !name.startsWith("empty-"));
    const dated = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(this.#path, name))).mtimeMs })));
    const old = dated.toSorted((a, b) => b.time - a.time).slice(kept);
    await Promise.all(old.map(({ name }) => rm(join(this.#path, name), { force: true })));
  }
}
