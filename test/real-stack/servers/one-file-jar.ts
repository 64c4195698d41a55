import { crc32 } from "node:zlib";

const version = 20;

/** A jar (a zip archive, nothing compressed) that holds one small file. */
export function oneFileJar(name: string, content: string): Buffer {
  const [path, data] = [Buffer.from(name, "utf8"), Buffer.from(content, "utf8")];
  // Fields that the local header and the central directory share: version needed, flags, method, time, date, CRC, sizes, lengths.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(version, 0);
  // 1980-01-01, the first date a zip can hold.
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, data]);
  const madeBy = Buffer.from([version, 0]);
  // Comment, disk, attributes and the local header's offset are all zero.
  const central = Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), madeBy, common, Buffer.alloc(14), path]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
