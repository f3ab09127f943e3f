/** Two objectives of an exploration as what `figures/pareto.ts` draws. */
import type { Designs } from '../../analysis/sweeps/designs.ts';
import { TritsimError } from '../../errors/error.ts';
import type { MetricName } from '../../explore/metrics.ts';
import { type Explored, howEvaluated, levelsText, seriesAxis, seriesOf } from './explored.ts';

/**
 * The points between two objectives of which less is better.
 * @throws FIGURE_OBJECTIVE where the exploration does not have one of them so
 */
export function designsOf(explored: Explored, across: MetricName, up: MetricName): Designs {
  const { objectives, points, space, trace } = explored;
  const axis = seriesAxis(explored);
  const [x, y] = [across, up].map((name) => {
    const index = objectives.findIndex((each) => each.name === name && each.better === 'less');
    if (index >= 0) return { index, name: objectives[index]!.title, unit: objectives[index]!.unit };
    throw new TritsimError(
      'FIGURE_OBJECTIVE',
      'the exploration has no such objective of which less is better',
      {
        found: name,
        allowed: objectives.filter(({ better }) => better === 'less').map((each) => each.name),
      },
    );
  });
  return {
    x: x!,
    y: y!,
    rows: points.map((point) => ({
      series: seriesOf(explored, axis, point),
      label: levelsText(point, axis),
      x: point.values[x!.index]!,
      y: point.values[y!.index]!,
    })),
    note: `Points of the space ${space} on ${trace}, ${howEvaluated(explored)}.`,
  };
}
