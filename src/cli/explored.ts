/** What lies in the folder of an exploration, of one trace, as figures and the page show it. */
import { TritsimError } from '../errors/error.ts';
import { openExploration, type Exploration } from '../explore/run.node.ts';
import { type Explored, exploredOf } from '../report/explorer/explored.ts';

/**
 * Calls `use` with the points of a trace while their folder is open.
 * @throws EXPLORE_TRACE where the trace is not the exploration's, or several are and none is named; EXPLORE_EMPTY
 */
export async function withExplored<T>(
  folder: string,
  wanted: string | undefined,
  use: (explored: Explored, exploration: Exploration, trace: number) => T | Promise<T>,
): Promise<T> {
  const exploration = openExploration(folder);
  try {
    const names = exploration.study.study.traces.map(({ name }) => name);
    const index = wanted === undefined && names.length === 1 ? 0 : names.indexOf(wanted ?? '');
    if (index < 0) {
      throw new TritsimError('EXPLORE_TRACE', 'name one of the traces that were explored with --trace', {
        found: wanted ?? 'none',
        allowed: names,
      });
    }
    const explored = await exploredOf(exploration.study, exploration.find, index);
    if (explored.points.length > 0) return await use(explored, exploration, index);
    throw new TritsimError(
      'EXPLORE_EMPTY',
      'no point of this trace was evaluated and keeps the constraints',
      {
        place: folder,
        hint: 'tritsim explore status says how far it is.',
      },
    );
  } finally {
    exploration.close();
  }
}
