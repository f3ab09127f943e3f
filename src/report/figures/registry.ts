/**
 * Every figure of the set: its name, what data it is drawn from, and how. Whoever wants figures supplies the data by name; drawing is
 * pure.
 */
import type { WholeMachineRow } from '../../analysis/published/whole-machine.ts';
import type { Run } from '../../analysis/run.ts';
import type { AreaRow } from '../../analysis/sweeps/areas.ts';
import type { ArrayKindRow } from '../../analysis/sweeps/array-kinds.ts';
import type { ContextRow } from '../../analysis/sweeps/context.ts';
import type { Designs } from '../../analysis/sweeps/designs.ts';
import type { ModelSizeRow } from '../../analysis/sweeps/model-size.ts';
import type { PublishedRatio } from '../../analysis/sweeps/published-ratios.ts';
import type { RooflineRow } from '../../analysis/sweeps/roofline.ts';
import { areaByComponent } from './area-by-component.ts';
import { arrayKinds } from './array-kinds.ts';
import { arrayTime } from './array-time.ts';
import { dramOverTime, type DramTimeData } from './dram-over-time.ts';
import { energyByComponent } from './energy-by-component.ts';
import { energyByContext } from './energy-by-context.ts';
import { energyByModelSize } from './energy-by-model-size.ts';
import type { Figure } from './figure.ts';
import { pareto } from './pareto.ts';
import { ratioByModelSize } from './ratio-by-model-size.ts';
import { roofline } from './roofline.ts';
import { sparsityByLayer, type SparsityData } from './sparsity-by-layer.ts';
import type { Columns } from './theme.ts';
import { timeByOperation } from './time-by-operation.ts';

/** What figures are drawn from, by name. */
export interface FigureData {
  /** Runs of one trace; the first is the one that has a baseline where only one is shown. */
  readonly runs: readonly Run[];
  readonly modelSize: readonly ModelSizeRow[];
  readonly ratios: {
    readonly rows: readonly WholeMachineRow[];
    readonly published: readonly PublishedRatio[];
  };
  readonly roofline: readonly RooflineRow[];
  readonly context: readonly ContextRow[];
  readonly designs: Designs;
  readonly sparsity: SparsityData;
  readonly dramTime: DramTimeData;
  readonly areas: readonly AreaRow[];
  readonly arrayKinds: readonly ArrayKindRow[];
}

export type FigureNeed = keyof FigureData;
export type FigureSource = <N extends FigureNeed>(need: N) => Promise<FigureData[N]>;

export interface FigureEntry {
  readonly name: string;
  readonly needs: FigureNeed;
  make(source: FigureSource, columns: Columns): Promise<Figure>;
}

function entry<N extends FigureNeed>(
  name: string,
  needs: N,
  draw: (data: FigureData[N], columns: Columns) => Figure,
): FigureEntry {
  return { name, needs, make: async (source, columns) => draw(await source(needs), columns) };
}

/** In the order of the set; names are those of the figures' files. */
export const FIGURES: readonly FigureEntry[] = [
  entry('energy-by-component', 'runs', energyByComponent),
  entry('time-by-operation', 'runs', (runs, columns) => timeByOperation(runs[0]!, columns)),
  entry('energy-by-model-size', 'modelSize', energyByModelSize),
  entry('ratio-by-model-size', 'ratios', ratioByModelSize),
  entry('roofline', 'roofline', roofline),
  entry('energy-by-context', 'context', energyByContext),
  entry('pareto', 'designs', pareto),
  entry('sparsity-by-layer', 'sparsity', sparsityByLayer),
  entry('array-time', 'runs', arrayTime),
  entry('dram-over-time', 'dramTime', dramOverTime),
  entry('area-by-component', 'areas', areaByComponent),
  entry('array-kinds', 'arrayKinds', arrayKinds),
];
