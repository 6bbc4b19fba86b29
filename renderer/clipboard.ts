import { useNotices } from './stores/notices';

/** Puts text on the clipboard; a refusal becomes a notice. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    useNotices().add('The clipboard did not take the text. Select it and copy it with Ctrl+C.');
  }
}
