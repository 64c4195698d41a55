/** A data folder as one value: the folders, then each file's path and size, and their bytes one behind the other in that order. */
export interface Image {
  readonly folders: readonly string[];
  readonly files: readonly (readonly [path: string, size: number])[];
  readonly bytes: Uint8Array;
}

interface Index {
  readonly folders: Image["folders"];
  readonly files: Image["files"];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** 4 bytes length of the index, the index as JSON, the bytes of the files. */
export function packImage(folders: readonly string[], files: readonly { readonly path: string; readonly data: Uint8Array }[]): Uint8Array {
  const index = encoder.encode(
    JSON.stringify({ folders, files: files.map(({ path, data }) => [path, data.length] as const) } satisfies Index),
  );
  const packed = new Uint8Array(files.reduce((sum, { data }) => sum + data.length, 4 + index.length));
  new DataView(packed.buffer).setUint32(0, index.length, true);
  packed.set(index, 4);
  let at = 4 + index.length;
  for (const { data } of files) {
    packed.set(data, at);
    at += data.length;
  }
  return packed;
}

/** @throws Error when it is not what packImage made. */
export function unpackImage(packed: Uint8Array): Image {
  const length = new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0, true);
  // A cast: packImage wrote it.
  const { folders, files } = JSON.parse(decoder.decode(packed.subarray(4, 4 + length))) as Index;
  return { folders, files, bytes: packed.subarray(4 + length) };
}
