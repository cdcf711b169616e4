import { badValue } from './conditions.ts';
import { MongoDbCommandError, notSupported } from './errors.ts';
import { assertExpression, runExpressionStage } from './expressions.ts';
import { compileFilter } from './filter.ts';
import { Place } from './paths.ts';
import { compileProjection } from './projection.ts';
import { parseSort, sortDocuments } from './sort.ts';
import { clone, type Doc, isDoc } from './values.ts';

type Stage = (documents: readonly Doc[]) => readonly Doc[];

/**
 * Compiles a pipeline of the stages that work on one collection alone. Every stage is checked before any runs. Stages
 * that reach further (`$lookup`, `$out`, `$merge`, `$changeStream`) are refused like all the others not offered here.
 */
export function compilePipeline(pipeline: readonly unknown[]): Stage {
  const stages = pipeline.map((stage) => {
    const entry = isDoc(stage) ? Object.entries(stage) : [];
    const [name, operand] = entry[0] ?? [];
    if (name === undefined || entry.length !== 1) {
      throw badValue('A pipeline stage specification object must contain exactly one field.');
    }
    return compileStage(name, operand);
  });
  return (documents) => stages.reduce((current, stage) => stage(current), documents);
}

function compileStage(name: string, operand: unknown): Stage {
  switch (name) {
    case '$match': {
      const predicate = compileFilter(requireDoc(name, operand));
      return (documents) => documents.filter(predicate);
    }
    case '$sort': {
      const keys = parseSort(requireDoc(name, operand));
      if (keys.length === 0) throw badValue('$sort stage must have at least one sort key');
      return (documents) => sortDocuments(documents, keys, (document) => document);
    }
    case '$limit': {
      const limit = requireCount(name, operand, 1);
      return (documents) => documents.slice(0, limit);
    }
    case '$skip': {
      const skip = requireCount(name, operand, 0);
      return (documents) => documents.slice(skip);
    }
    case '$count': {
      if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
        throw badValue('the count field must be a non-empty string without dots that does not begin with $');
      }
      return (documents) => (documents.length === 0 ? [] : [{ [operand]: documents.length }]);
    }
    case '$unset': {
      const paths: unknown[] = Array.isArray(operand) ? operand : [operand];
      if (paths.length === 0 || !paths.every((path) => typeof path === 'string')) {
        throw badValue('$unset specification must be a string or an array with at least one field');
      }
      const project = compileProjection(Object.fromEntries(paths.map((path) => [path, 0])));
      return (documents) => documents.map(project);
    }
    case '$unwind':
      return compileUnwind(operand);
    case '$project':
      return compileProjectStage(requireDoc(name, operand));
    case '$addFields':
    case '$set':
      return compileComputed('$addFields', assertFlat(name, requireDoc(name, operand)));
    case '$group': {
      const group = requireDoc(name, operand);
      if (!Object.hasOwn(group, '_id')) throw badValue('a group specification must include an _id');
      return compileComputed(name, group);
    }
    case '$replaceRoot':
      return compileComputed(name, requireDoc(name, operand));
    case '$replaceWith':
      return compileComputed('$replaceRoot', { newRoot: operand });
  }
  if (unsupportedStages.has(name)) throw notSupported(`The pipeline stage ${name}`);
  throw new MongoDbCommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
}

const unsupportedStages: ReadonlySet<string> = new Set([
  '$bucket',
  '$bucketAuto',
  '$changeStream',
  '$changeStreamSplitLargeEvent',
  '$collStats',
  '$currentOp',
  '$densify',
  '$documents',
  '$facet',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$lookup',
  '$merge',
  '$out',
  '$planCacheStats',
  '$redact',
  '$sample',
  '$search',
  '$searchMeta',
  '$setWindowFields',
  '$sortByCount',
  '$unionWith',
  '$vectorSearch',
]);

function compileComputed(name: string, operand: Doc): Stage {
  for (const value of Object.values(operand)) assertExpression(value);
  return (documents) => runExpressionStage(documents, name, operand);
}

/** Plain projections are our own; one that computes anything is mingo's. */
function compileProjectStage(operand: Doc): Stage {
  if (Object.keys(operand).length === 0) throw badValue('projection specification must have at least one field');
  const isFlag = (value: unknown) => typeof value === 'number' || typeof value === 'boolean';
  if (!Object.values(operand).every(isFlag)) return compileComputed('$project', assertFlat('$project', operand));
  const project = compileProjection(operand);
  return (documents) => documents.map(project);
}

/** Nested fields are merged into what is there by the server and not by mingo, so they are refused. */
function assertFlat(stage: string, operand: Doc): Doc {
  for (const [name, value] of Object.entries(operand)) {
    const nested = isDoc(value) && !Object.keys(value)[0]?.startsWith('$');
    if (name.includes('.') || nested) throw notSupported(`The nested field '${name}' in ${stage}`);
  }
  return operand;
}

function compileUnwind(operand: unknown): Stage {
  const specification = isDoc(operand) ? operand : { path: operand };
  const { path, preserveNullAndEmptyArrays: preserve = false, ...others } = specification;
  if (Object.keys(others).length > 0) throw notSupported(`$unwind with ${Object.keys(others).join()}`);
  if (typeof path !== 'string' || !path.startsWith('$') || path.length < 2) {
    throw badValue('path option to $unwind stage should be prefixed with a $ and name a field');
  }
  const parts = path.slice(1).split('.');
  return (documents) =>
    documents.flatMap((document) => {
      const value = Place.find(document, parts, false)?.read();
      if (Array.isArray(value) && value.length > 0) {
        return value.map((element) => {
          const copy = clone(document);
          Place.find(copy, parts, false)?.write(element);
          return copy;
        });
      }
      const isEmpty = value === undefined || value === null || Array.isArray(value);
      if (!isEmpty) return [document];
      if (preserve !== true) return [];
      if (!Array.isArray(value)) return [document];
      const copy = clone(document);
      Place.find(copy, parts, false)?.remove();
      return [copy];
    });
}

function requireDoc(stage: string, operand: unknown): Doc {
  if (!isDoc(operand)) throw badValue(`the ${stage} specification must be an object`);
  return operand;
}

function requireCount(stage: string, operand: unknown, least: number): number {
  if (typeof operand !== 'number' || !Number.isInteger(operand) || operand < least) {
    throw badValue(`the ${stage} value must be a whole number, ${least} or more`);
  }
  return operand;
}
