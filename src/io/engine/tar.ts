const decoder = new TextDecoder();

export interface TarFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** The regular files of a ustar archive (POSIX pax, "ustar Interchange Format"). */
export function untar(archive: Uint8Array): readonly TarFile[] {
  const files: TarFile[] = [];
  for (let at = 0; at + 512 <= archive.length;) {
    const header = archive.subarray(at, at + 512);
    const name = field(header, 0, 100);
    if (name === "") break;
    const size = Number.parseInt(field(header, 124, 12), 8) || 0;
    const type = field(header, 156, 1);
    const prefix = field(header, 257, 5) === "ustar" ? field(header, 345, 155) : "";
    if (type === "0" || type === "")
      files.push({ name: prefix === "" ? name : `${prefix}/${name}`, data: archive.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function field(header: Uint8Array, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end)).trim();
}
