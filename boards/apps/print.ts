/** What a native program says. */
import type { Program, System } from '../../kernel/binfmt/native';
import { latin1 } from './io';

/** A piece of text, on the program's stack: it can be said when the heap is out, too. */
const PIECE = 128;

/** Writes text to a descriptor, all of it, or as much as somebody takes. */
export function* say(sys: System, fd: number, text: string): Program<void> {
  const bytes = latin1(text);
  const buffer = yield* sys.alloc(Math.min(bytes.length, PIECE));
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + PIECE);
    yield* sys.store(buffer, piece);
    const written = yield* sys.write(fd, buffer, piece.length);
    if (written < 0) return;
    at += written;
  }
}

export const print = (sys: System, text: string): Program<void> => say(sys, 1, text);
