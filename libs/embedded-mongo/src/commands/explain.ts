import type { Answer, AnswerDocument } from '../bson/encode.js';
import { refuse } from '../errors.js';
import { documentArgument } from '../query/arguments.js';
import type { Plan } from '../query/planner.js';
import { planQuery } from '../query/planner.js';
import { fullName } from '../storage/collection.js';
import type { Commands, Request } from './command.js';
import { queryOf } from './find.js';
import { checkedNamespace } from './namespaces.js';

const EXPLAINED = ['find', 'count', 'distinct'];

/** Which way a find would read; names of stages as MongoDB's. */
function explain(request: Request): AnswerDocument {
  const command = documentArgument(request.body.get('explain'), 'explain');
  const [name, target] = [...command][0] ?? ['', null];
  if (!EXPLAINED.includes(name) || typeof target !== 'string') {
    return refuse('CommandNotSupported', `explain of '${name}' is not supported`);
  }
  const namespace = checkedNamespace(request.database, target);
  const collection = request.engine.store.catalog.find(namespace);
  const stage =
    collection === undefined
      ? { stage: 'EOF' }
      : stages(planQuery(collection, queryOf(collection, command, name === 'find' ? 'filter' : 'query')));
  return {
    explainVersion: '1',
    queryPlanner: { namespace: fullName(namespace), winningPlan: stage, rejectedPlans: [] },
    command,
    serverInfo: { version: 'embedded-mongo' },
  };
}

function stages(plan: Plan): { readonly [name: string]: Answer } {
  const direction = plan.reverse ? 'backward' : 'forward';
  const read = plan.index === undefined ? { stage: 'COLLSCAN', direction } : indexScan(plan, direction);
  return plan.sorted ? read : { stage: 'SORT', inputStage: read };
}

function indexScan({ index, ranges }: Plan, direction: string): { readonly [name: string]: Answer } {
  const keyPattern = index?.specification.get('key') ?? null;
  const { name, unique, multikey } = index ?? { name: '', unique: false, multikey: false };
  const inputStage = {
    stage: 'IXSCAN',
    indexName: name,
    keyPattern,
    isUnique: unique,
    isMultiKey: multikey,
    direction,
  };
  return { stage: 'FETCH', inputStage: { ...inputStage, ranges: ranges.length } };
}

export const explainCommands: Commands = { explain: { fields: ['verbosity'], run: explain } };
