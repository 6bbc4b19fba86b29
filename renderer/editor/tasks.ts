/** Marks in the editor for the lines where tasks stand: the letters of their states, and a tinted line. */
import { RangeSet, StateEffect, StateField, type Extension, type Text } from '@codemirror/state';
import { Decoration, EditorView, gutter, GutterMarker, type DecorationSet } from '@codemirror/view';
import type { TaskSnapshot } from '../../main/contract/target';
import { stateLetters } from '../states';

/** More letters than this do not fit into the gutter; the tooltip names all. */
const LETTERS = 2;

class TasksMarker extends GutterMarker {
  constructor(private readonly tasks: readonly TaskSnapshot[]) {
    super();
  }

  override eq(other: TasksMarker): boolean {
    return this.title() === other.title();
  }

  private title(): string {
    return this.tasks.map((task) => `${task.pid} ${task.name}: ${task.state}`).join('\n');
  }

  override toDOM(): HTMLElement {
    const box = document.createElement('span');
    box.title = this.title();
    box.style.display = 'contents';
    for (const task of this.tasks.slice(0, LETTERS)) {
      const letter = box.appendChild(document.createElement('span'));
      letter.className = `letter ${task.stateClass}`;
      letter.dataset['task'] = String(task.pid);
      letter.title = this.title();
      letter.textContent = stateLetters[task.stateClass];
    }
    if (this.tasks.length > LETTERS) box.append('+');
    return box;
  }
}

interface Marks {
  gutter: RangeSet<GutterMarker>;
  lines: DecorationSet;
}

/** Says which tasks stand in the file that is shown. Their lines count from 1. */
export const showTasks = StateEffect.define<{ tasks: readonly TaskSnapshot[]; selected: number | null }>();

const marks = StateField.define<Marks>({
  create: () => ({ gutter: RangeSet.of<GutterMarker>([]), lines: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(showTasks)) return markLines(transaction.newDoc, effect.value.tasks, effect.value.selected);
    }
    return value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.lines),
});

function markLines(doc: Text, tasks: readonly TaskSnapshot[], selected: number | null): Marks {
  const byLine = new Map<number, TaskSnapshot[]>();
  for (const task of tasks) {
    const line = task.at?.line;
    // The file may have become shorter since it was built.
    if (line === undefined || line === null || line < 1 || line > doc.lines) continue;
    byLine.set(line, [...(byLine.get(line) ?? []), task]);
  }
  const lines = [...byLine].sort(([a], [b]) => a - b);
  const positions = lines.map(([line, standing]) => ({ from: doc.line(line).from, standing }));
  return {
    gutter: RangeSet.of(positions.map(({ from, standing }) => new TasksMarker(standing).range(from))),
    lines: Decoration.set(
      positions.flatMap(({ from, standing }) => {
        if (standing.some((task) => task.pid === selected))
          return [Decoration.line({ class: 'cm-standing-selected' }).range(from)];
        if (standing.some((task) => task.stateClass === 'running'))
          return [Decoration.line({ class: 'cm-standing' }).range(from)];
        return [];
      }),
    ),
  };
}

/** The gutter and the tinted lines. `select` is called with the task whose letter is clicked. */
export function taskMarks(select: (pid: number) => void): Extension {
  return [
    marks,
    gutter({
      class: 'cm-tasks',
      markers: (view) => view.state.field(marks).gutter,
      domEventHandlers: {
        click(_view, _line, event) {
          const pid = (event.target as HTMLElement).dataset['task'];
          if (pid === undefined) return false;
          select(Number(pid));
          return true;
        },
      },
    }),
  ];
}
