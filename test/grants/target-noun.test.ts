import { expect, test } from 'vitest';
import {
  aTarget,
  capital,
  countedTargets,
  inGroup,
  listedNoun,
  type TargetNoun,
} from '../../src/grants/target-noun.ts';

const cluster: TargetNoun = { one: 'cluster', many: 'clusters', group: 'project' };
const environment: TargetNoun = { one: 'environment', many: 'environments' };

test.each([
  [cluster, 'Cluster', 'a cluster', '0 clusters', '1 cluster', ', project Shop', 'projects'],
  [environment, 'Environment', 'an environment', '0 environments', '1 environment', '', 'environments'],
])('$one', (noun, label, one, none, single, group, listed) => {
  expect([capital(noun.one), aTarget(noun), countedTargets(0, noun), countedTargets(1, noun)]).toEqual([
    label,
    one,
    none,
    single,
  ]);
  expect([inGroup('Shop', noun), listedNoun(noun)]).toEqual([group, listed]);
});
