import { MemoryFS, PGlite } from "@electric-sql/pglite";
import { packImage, unpackImage } from "./image.ts";

/** A node of Emscripten's file system in memory (library_fs.js, library_memfs.js), as far as it is used here. */
interface MemoryNode {
  /** A folder's nodes by name; a file's bytes, of which the first `usedBytes` count. */
  contents: Readonly<Record<string, MemoryNode>> | Uint8Array | Int8Array;
  usedBytes: number;
  readonly node_ops: { mknod(parent: MemoryNode, name: string, mode: number, device: number): MemoryNode };
}

type Module = PGlite["Module"];

const regularFile = 0o100600;

/** Makes files without a walk from the root and a copy for each: there are some thousand of them at each start. */
class FileMaker {
  readonly #fs: Module["FS"];
  readonly #folders = new Map<string, MemoryNode>();

  constructor(fs: Module["FS"]) {
    this.#fs = fs;
  }

  /** `data` becomes the file's memory, and changes with it. */
  make(path: string, data: Uint8Array, mode = regularFile): void {
    const slash = path.lastIndexOf("/");
    const folder = this.#folder(path.slice(0, slash));
    const node = folder.node_ops.mknod(folder, path.slice(slash + 1), mode, 0);
    node.contents = data;
    node.usedBytes = data.length;
  }

  #folder(path: string): MemoryNode {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const node = nodeAt(this.#fs, path);
    this.#folders.set(path, node);
    return node;
  }
}

// A cast: Emscripten's types leave out what kind of file system a node belongs to, and here all are in memory.
const nodeAt = (fs: Module["FS"], path: string): MemoryNode => fs.lookupPath(path, {}).node as unknown as MemoryNode;

/** A data folder in memory that is filled, as late as can be, from an image; left empty (for initdb) when there is none. */
export class DataFolder extends MemoryFS {
  readonly #image: Promise<Uint8Array | null>;

  constructor(image: Promise<Uint8Array | null>) {
    super();
    this.#image = image;
  }

  override async init(...[pg, options]: Parameters<MemoryFS["init"]>): ReturnType<MemoryFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), quickDataFiles] } };
  }

  override async initialSyncFs(): Promise<void> {
    const packed = await this.#image;
    if (packed === null || this.pg === undefined) return;
    const { FS } = this.pg.Module;
    const root = PGlite.paths.PGDATA;
    const { folders, files, bytes } = unpackImage(packed);
    FS.mkdirTree(root);
    for (const folder of folders) FS.mkdir(`${root}/${folder}`);
    const maker = new FileMaker(FS);
    let at = 0;
    for (const [path, size] of files) {
      maker.make(`${root}/${path}`, bytes.subarray(at, at + size));
      at += size;
    }
  }
}

/** PGlite's own files (time zones, extensions) come through this function, one by one. */
function quickDataFiles(module: Module): void {
  const maker = new FileMaker(module.FS);
  // A cast: the loader that Emscripten generates calls it with a whole path and no parent.
  (module as unknown as { FS_createDataFile: unknown }).FS_createDataFile = (path: string, _parent: null, data: Uint8Array) =>
    maker.make(path, data, 0o100666);
}

/** Image of the data folder. `leaveOut` says which files are not needed to start from it. */
export function imageOf(database: PGlite, leaveOut: (path: string) => boolean): Uint8Array {
  const folders: string[] = [];
  const files: { path: string; data: Uint8Array }[] = [];
  const walk = (folder: MemoryNode, prefix: string): void => {
    for (const [name, node] of Object.entries(folder.contents)) {
      const path = `${prefix}${name}`;
      const { contents, usedBytes } = node;
      // What was written from the program's memory is a view of signed bytes.
      if (ArrayBuffer.isView(contents)) {
        if (!leaveOut(path)) files.push({ path, data: new Uint8Array(contents.buffer, contents.byteOffset, usedBytes) });
        continue;
      }
      folders.push(path);
      walk(node, `${path}/`);
    }
  };
  walk(nodeAt(database.Module.FS, PGlite.paths.PGDATA), "");
  return packImage(folders, files);
}
