/** Unix archives (`ar`), as far as taking members out of one needs. */

const MAGIC = '!<arch>\n';
const HEADER_SIZE = 60;

interface Member {
  /** Where its header begins. */
  start: number;
  end: number;
  name: string;
}

function readMembers(archive: Uint8Array): Member[] {
  const text = (from: number, to: number) => Buffer.from(archive.subarray(from, to)).toString('latin1');
  if (text(0, MAGIC.length) !== MAGIC) throw new Error('not an archive');
  const members: Member[] = [];
  for (let start = MAGIC.length; start + HEADER_SIZE <= archive.length;) {
    const size = Number.parseInt(text(start + 48, start + 58), 10);
    const end = start + HEADER_SIZE + size + (size & 1);
    members.push({ start, end, name: text(start, start + 16).trim() });
    start = end;
  }
  return members;
}

/** For each symbol that the archive defines, the offsets of the members that do, in the order of its index. */
function readIndex(archive: Uint8Array, index: Member): { symbol: string; offset: number }[] {
  const view = new DataView(archive.buffer, archive.byteOffset + index.start + HEADER_SIZE);
  const count = view.getUint32(0);
  const names = Buffer.from(archive.subarray(index.start + HEADER_SIZE + 4 + 4 * count, index.end))
    .toString('latin1')
    .split('\0');
  return Array.from({ length: count }, (_, i) => ({ symbol: names[i]!, offset: view.getUint32(4 + 4 * i) }));
}

/** The symbols that the archive's members define. */
export function archiveSymbols(archive: Uint8Array): Set<string> {
  const index = readMembers(archive).find(({ name }) => name === '/');
  return new Set(index ? readIndex(archive, index).map(({ symbol }) => symbol) : []);
}

/**
 * A copy of the archive without the members that define any of the symbols, so that a linker takes those symbols from
 * elsewhere.
 */
export function withoutSymbols(archive: Uint8Array, unwanted: ReadonlySet<string>): Uint8Array {
  const members = readMembers(archive);
  const index = members.find(({ name }) => name === '/');
  if (!index) return archive;
  const entries = readIndex(archive, index);
  const dropped = new Set(entries.filter(({ symbol }) => unwanted.has(symbol)).map(({ offset }) => offset));
  const keptEntries = entries.filter(({ offset }) => !dropped.has(offset));
  const kept = members.filter((member) => member !== index && !dropped.has(member.start));

  const symbols = Buffer.from(keptEntries.map(({ symbol }) => `${symbol}\0`).join(''), 'latin1');
  const indexSize = 4 + 4 * keptEntries.length + symbols.length;
  const body = Buffer.alloc(indexSize + (indexSize & 1));
  const moved = new Map<number, number>();
  let position = MAGIC.length + HEADER_SIZE + body.length;
  for (const member of kept) {
    moved.set(member.start, position);
    position += member.end - member.start;
  }
  body.writeUInt32BE(keptEntries.length, 0);
  keptEntries.forEach(({ offset }, i) => body.writeUInt32BE(moved.get(offset)!, 4 + 4 * i));
  symbols.copy(body, 4 + 4 * keptEntries.length);

  const header = `${'/'.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'0'.padEnd(8)}${String(indexSize).padEnd(10)}\`\n`;
  return Buffer.concat([
    Buffer.from(MAGIC + header, 'latin1'),
    body,
    ...kept.map(({ start, end }) => archive.subarray(start, end)),
  ]);
}
