import { describe, expect, it } from 'vitest';
import { keyOf } from './keys';

const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe('keyOf', () => {
  it('names function keys and letters with their modifiers, in one order', () => {
    expect(keyOf({ ...none, key: 'F10' })).toBe('F10');
    expect(keyOf({ ...none, key: 'F5', shiftKey: true, ctrlKey: true })).toBe('Ctrl+Shift+F5');
    expect(keyOf({ ...none, key: 'b', ctrlKey: true })).toBe('Ctrl+B');
    expect(keyOf({ ...none, key: 'P', ctrlKey: true, shiftKey: true, altKey: true })).toBe('Ctrl+Alt+Shift+P');
  });

  it("takes a Mac's command key for control", () => {
    expect(keyOf({ ...none, key: 'b', metaKey: true })).toBe('Ctrl+B');
  });
});
