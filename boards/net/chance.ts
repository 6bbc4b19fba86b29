/** Random numbers of common distributions. */
import { uniform, type RandomState } from '../../kernel/random';

/** Mean 1. */
export const exponential = (random: RandomState): number => -Math.log(1 - uniform(random));

/** Mean 0, standard deviation 1 (Box and Muller's). */
export const normal = (random: RandomState): number =>
  Math.sqrt(2 * exponential(random)) * Math.cos(2 * Math.PI * uniform(random));
