import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { BuildProgress, Problem, ProjectInfo, RecentProject } from '../../main/contract/project';

/** The open project, its build, and its problems. */
export const useSession = defineStore('session', () => {
  const project = shallowRef<ProjectInfo | null>(null);
  const recent = shallowRef<RecentProject[]>([]);
  const build = shallowRef<BuildProgress | null>(null);
  const problems = shallowRef<Problem[]>([]);

  const building = computed(() => build.value !== null && !['done', 'failed'].includes(build.value.phase));
  const errors = computed(() => problems.value.filter((problem) => problem.severity === 'error').length);

  return { project, recent, build, problems, building, errors };
});
