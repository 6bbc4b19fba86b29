/** The target's file system as the rows of a tree. */
import type { FileEntry, FileTree } from '../main/contract/files';

export interface FileRow {
  path: string;
  entry: FileEntry;
  /** Why its directory cannot be listed. */
  error: string | null;
  branches: FileRow[];
}

/** What the root has in it, and so on. */
export function fileRows({ folders }: Pick<FileTree, 'folders'>): FileRow[] {
  const byPath = new Map(folders.map((folder) => [folder.path, folder]));
  function below(path: string): FileRow[] {
    return (byPath.get(path)?.entries ?? []).map((entry) => {
      const own = `${path === '/' ? '' : path}/${entry.name}`;
      const isFolder = entry.type === 'directory';
      return {
        path: own,
        entry,
        error: isFolder ? (byPath.get(own)?.error ?? null) : null,
        branches: isFolder ? below(own) : [],
      };
    });
  }
  return below('/');
}
