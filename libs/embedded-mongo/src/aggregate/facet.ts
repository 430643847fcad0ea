import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { typeNameOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { Computed, each, listed } from '../query/source.js';
import type { StageCompiler } from './stage.js';
import { parseStage } from './stage.js';

/** Bytes that the documents which all facets share may take, as MongoDB has it. */
const MAX_SHARED_BYTES = 100 * 1024 * 1024;
const NOT_INSIDE = ['$facet', '$out', '$merge', '$geoNear', '$collStats', '$indexStats', '$planCacheStats'];

/** `$facet`: several pipelines over the same documents, one document with all their results. */
export const facet: StageCompiler = (operand, context) => {
  if (!(operand instanceof Map) || operand.size === 0) {
    return refuseWith(40_169, `the $facet specification must be a non-empty object, but found: ${typeNameOf(operand)}`);
  }
  const facets = [...operand].map(([name, pipeline]) => {
    if (!Array.isArray(pipeline))
      return refuseWith(40_170, `arguments to $facet must be arrays, ${name} is type ${typeNameOf(pipeline)}`);
    for (const stage of pipeline) refuseInside(parseStage(stage).name);
    return {
      name,
      stages: pipeline.map((stage) => context.compileStage(stage, { ...context, depth: context.depth + 1 })),
    };
  });
  return (source) =>
    new Computed(async () => {
      const shared: BsonDocument[] = [];
      let bytes = 0;
      for await (const document of each(source)) {
        shared.push(document);
        bytes += encodeDocument(document).length;
        if (bytes > MAX_SHARED_BYTES)
          refuse('ExceededMemoryLimit', '$facet used too much memory and cannot spill to disk');
      }
      const result: BsonDocument = new Map();
      for (const { name, stages } of facets) {
        const results: BsonValue[] = [];
        const last = stages.reduce((documents, run) => run(documents), listed(shared));
        for await (const document of each(last)) results.push(document);
        result.set(name, results);
      }
      return [result];
    });
};

function refuseInside(name: string): void {
  if (NOT_INSIDE.includes(name)) refuseWith(40_600, `${name} is not allowed to be used within a $facet stage`);
}
