import { answerWith, startKinesis, stopKinesis } from '../../support/fake-kinesis.ts';
import { createGateway, TYPE } from '../create-gateway.ts';

const access = { topics: ['a.*', '__*'], streams: ['streaming-*-*'] };
const topicRefusal = (topic: string, reason: string) => ({
  error_code: 40301,
  message: `topic "${topic}" is not let through: ${reason}`,
});
const RESERVED = 'names that begin with "__" are reserved';
const OTHER = 'PINFLOW_GATEWAY_TOPICS is a.*,__*';

afterEach(stopKinesis);

describe('topics', () => {
  it.each([
    ['one', OTHER],
    ['A.pin', OTHER],
    ['__consumer_offsets', RESERVED],
  ])('lets "%s" through in no way', async (topic, reason) => {
    const { server, post, stored } = createGateway({ access });
    const partition = {
      method: 'POST',
      url: `/topics/${topic}/partitions/0`,
      headers: { 'content-type': TYPE },
    } as const;
    const answers = [
      await post('', { topic }),
      await server.inject(partition),
      await server.inject(`/topics/${topic}`),
    ];
    for (const answer of answers) {
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toEqual(topicRefusal(topic, reason));
    }
    expect(stored).toEqual([]);
  });

  it('lets through and lists what fits', async () => {
    const { server, post, stored } = createGateway({ access });
    expect((await post('{"records":[{}]}', { topic: 'a.pin' })).statusCode).toBe(200);
    expect(stored).toHaveLength(1);
    expect((await server.inject('/topics')).json()).toEqual(['a.pin']);
    // What is let through and is not there is another matter.
    expect((await post('{"records":[{}]}', { topic: 'a.other' })).json()).toMatchObject({ error_code: 40401 });
  });
});

describe('streams', () => {
  it.each(['GET /streams/other', 'DELETE /streams/other', 'PUT /streams/other/record', 'GET /streams/other/records'])(
    'answers %s in the words of Kinesis, without asking it',
    async (line) => {
      const { endpoint, calls } = await startKinesis();
      const { server } = createGateway({ access, kinesis: { endpoint } });
      const [method, url] = line.split(' ') as ['GET', string];
      const answer = await server.inject({ method, url });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toEqual({
        __type: 'AccessDeniedException',
        message: 'stream "other" is not let through: PINFLOW_GATEWAY_STREAMS is streaming-*-*',
      });
      expect(calls).toEqual([]);
    },
  );

  it('lists what fits', async () => {
    const course = 'streaming-0ea903d23769-pin';
    const { endpoint } = await startKinesis(
      answerWith(200, {
        StreamNames: ['other', course],
        HasMoreStreams: false,
        StreamSummaries: [
          { StreamName: 'other', StreamStatus: 'ACTIVE' },
          { StreamName: course, StreamStatus: 'ACTIVE' },
        ],
      }),
    );
    const { server } = createGateway({ access, kinesis: { endpoint } });
    expect((await server.inject('/streams')).json()).toEqual({
      StreamNames: [course],
      HasMoreStreams: false,
      StreamSummaries: [{ StreamName: course, StreamStatus: 'ACTIVE' }],
    });
  });
});
