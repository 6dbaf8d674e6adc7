import type { Gateway, RowSource } from '../../activities/ports.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { topicName } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';

/** As many as the course's emulators at once, each with a connection that it keeps. */
const IN_FLIGHT = 32;

interface Sending {
  readonly plan: RunPlan;
  readonly posts: number;
  readonly source: RowSource;
  readonly gateway: Gateway;
}

/** The peer: each row in a request of its own, pin, geo and user of a post one after the other, without pauses. */
export async function sendOneByOne({ plan, posts, source, gateway }: Sending): Promise<void> {
  let next = 0;
  const send = async () => {
    for (let post = next++; post < posts; post = next++) {
      for (const kind of RECORD_KINDS) {
        const rows = await source.readRows(kind, [post]);
        const topic = topicName(plan.pipeline, kind);
        await gateway.postRows({
          topic,
          rows,
          idempotencyKey: `${topic}/${post}`,
          run: plan.workflowId,
          sequence: post,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, send));
}
