/** Projects that were open lately, remembered in the state folder. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RecentProject } from '../contract/project';

const KEEP = 12;
const File = z.array(RecentProject);

export class RecentProjects {
  private readonly file: string;
  private projects: RecentProject[] | null = null;

  /** @param folder made when needed */
  constructor(
    private readonly folder: string,
    private readonly isDemo: (path: string) => boolean,
  ) {
    this.file = join(folder, 'recent.json');
  }

  /** The latest first. A list that cannot be read counts as empty. */
  async list(): Promise<RecentProject[]> {
    this.projects ??= await readFile(this.file, 'utf8')
      .then(
        (text) => File.parse(JSON.parse(text)),
        () => [],
      )
      .catch(() => []);
    return this.projects;
  }

  async add({ name, path }: { name: string; path: string }): Promise<void> {
    const others = (await this.list()).filter((project) => project.path !== path);
    this.projects = [{ name, path, demo: this.isDemo(path) }, ...others].slice(0, KEEP);
    await mkdir(this.folder, { recursive: true });
    // Renamed into place, so that a crash never leaves half a list.
    await writeFile(`${this.file}.new`, JSON.stringify(this.projects, null, 2));
    await rename(`${this.file}.new`, this.file);
  }
}
