/** What comes from outside at times that are still to come: plain data of a bench, so that a run can be made again. */

export interface Agenda<Input> {
  /** How often something was put down or taken out: part of the bench's position. */
  position: number;
  /** In the order of their times; of those of one time the one that was put down first is first. */
  items: { atNs: number; input: Input }[];
}

export const createAgenda = <Input>(): Agenda<Input> => ({ position: 0, items: [] });

/** Puts something down for a time, nanoseconds since power on. */
export function putDown<Input>(agenda: Agenda<Input>, atNs: number, input: Input): void {
  const { items } = agenda;
  let at = items.length;
  while (at > 0 && items[at - 1]!.atNs > atNs) at--;
  items.splice(at, 0, { atNs, input });
  agenda.position++;
}

/** Nothing of what is on it will come. */
export function clearAgenda(agenda: Agenda<unknown>): void {
  agenda.items = [];
  agenda.position++;
}
