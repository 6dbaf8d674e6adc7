import type { TopicPartition } from '../../gateway/topic-directory.ts';

/** Partitions of a topic with these leaders, on nothing but their leader. */
export function ledBy(...leaders: readonly number[]): TopicPartition[] {
  return leaders.map((leader) => ({ leader, replicas: [leader], inSync: [leader] }));
}
