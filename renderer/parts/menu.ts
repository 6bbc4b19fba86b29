/** One entry of a context menu. With `checked` it is a switch and leaves the menu open. */
export interface MenuItem {
  label: string;
  checked?: boolean;
  run: () => unknown;
}
