import { Pace } from '../query/source.js';
import { noVariables } from './expressions/expressions.js';
import type { PipelineContext } from './stage.js';
import { compileStage } from './stages.js';

const noStore = (): never => {
  throw new Error('this test has no collections');
};

/** Surroundings for stages that look at no collection. */
export const stageContext: PipelineContext = {
  get store() {
    return noStore();
  },
  database: 'test',
  variables: noVariables,
  pace: new Pace(),
  scratch: undefined,
  depth: 0,
  compileStage,
  runNested: noStore,
};
