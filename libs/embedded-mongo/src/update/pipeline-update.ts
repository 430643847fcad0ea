import { compileProject, compileReplacement, compileSet, compileUnset } from '../aggregate/project.js';
import { parseStage } from '../aggregate/stage.js';
import type { Variables } from '../aggregate/expressions/expressions.js';
import { noVariables } from '../aggregate/expressions/expressions.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import { documentArgument } from '../query/arguments.js';
import type { Projection } from '../query/projection.js';

type StageOfUpdate = (operand: BsonValue, variables: Variables) => Projection;

const setFields: StageOfUpdate = (operand, variables) => compileSet(documentArgument(operand, '$set'), variables);

const replaceRoot: StageOfUpdate = (operand, variables) =>
  compileReplacement(documentArgument(operand, '$replaceRoot').get('newRoot') ?? null, variables);

const unset: StageOfUpdate = (operand) =>
  compileUnset((Array.isArray(operand) ? operand : [operand]).filter((path) => typeof path === 'string'));

/** Stages that an update by pipeline may have. */
export const updateStages: Readonly<Record<string, StageOfUpdate>> = {
  $addFields: setFields,
  $project: (operand, variables) => compileProject(documentArgument(operand, '$project'), variables),
  $replaceRoot: replaceRoot,
  $replaceWith: compileReplacement,
  $set: setFields,
  $unset: unset,
};

/** Compiles an update by pipeline: what it makes of a document. */
export function compilePipelineUpdate(pipeline: readonly BsonValue[], variables: Variables = noVariables): Projection {
  const steps = pipeline.map((stage) => {
    const { name, operand } = parseStage(stage);
    const make = Object.hasOwn(updateStages, name) ? updateStages[name] : undefined;
    if (make === undefined) return refuse('InvalidOptions', `${name} is not allowed to be used within an update`);
    return make(operand, variables);
  });
  return (document) => steps.reduce<BsonDocument>((reached, step) => step(reached), document);
}
