/** How source looks: colours come from theme.css, so the editor follows the theme without being told. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--code-comment)' },
  { tag: [tags.keyword, tags.modifier, tags.controlKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.character], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool], color: 'var(--code-number)' },
  { tag: [tags.typeName, tags.standard(tags.typeName)], color: 'var(--code-type)' },
  { tag: [tags.processingInstruction, tags.meta], color: 'var(--code-macro)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--background)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-data)', lineHeight: '18px' },
  '.cm-gutters': { backgroundColor: 'var(--background)', color: 'var(--gray-9)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 4px' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-lint-marker': { width: '10px', height: '10px' },
  '.cm-tasks': { width: '34px' },
  '.cm-tasks .cm-gutterElement': { display: 'flex', alignItems: 'center', justifyContent: 'flex-end', gap: '2px' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--gray-3)' },
  '.cm-standing': { backgroundColor: 'var(--gray-4)' },
  '.cm-standing-selected': { backgroundColor: 'var(--selected) !important' },
  '& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--blue-6)',
  },
  '.cm-panels': { backgroundColor: 'var(--background-bar)', color: 'var(--text)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-textfield': {
    backgroundColor: 'var(--background)',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
  },
  '.cm-button': {
    backgroundImage: 'none',
    background: 'none',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--background-menu)',
    border: '1px solid var(--line-strong)',
    color: 'var(--text)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--changed)' },
  '.cm-searchMatch.cm-searchMatch-selected': { outline: '1px solid var(--accent)' },
});

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
