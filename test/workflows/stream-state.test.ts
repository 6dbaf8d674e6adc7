import { mapKinds } from '../../domain/kinds.ts';
import { checkStream, type KindHealth } from '../../domain/stream.ts';
import { StreamState } from '../../workflows/stream-state.ts';

const T0 = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();

function makeState() {
  const state = new StreamState(checkStream({ rate: 20 }));
  state.notePlanned(250);
  state.noteBegun({ runId: '7', url: 'http://databricks.invalid/7', epoch: 1 }, T0);
  return state;
}

function sendSlice(state: StreamState, seconds: number): void {
  const slice = state.nextSlice();
  state.noteSent(
    slice,
    mapKinds(() => slice.posts),
    T0 + seconds * 1_000,
  );
}

function makeHealth(health: Partial<KindHealth> & { endedAt: string; newest: string }): KindHealth {
  return { batch: 0, seconds: 0.5, records: 0, rows: 0, quarantined: 0, duplicates: 0, ...health };
}

describe('the state of a stream', () => {
  test('is behind for as long as newer records were put than can be queried', () => {
    const state = makeState();
    sendSlice(state, 5);
    expect(state.snapshot(T0 + 6_000).kinds.pin).toMatchObject({ put: 100, rows: 0, lagSeconds: 6 });
    const health = makeHealth({ rows: 60, records: 60, newest: at(3), endedAt: at(6) });
    state.noteLook({ state: 'active', health: { pin: health } }, T0 + 6_500);
    expect(state.snapshot(T0 + 7_000).kinds).toMatchObject({
      pin: { rows: 60, lagSeconds: 4 },
      geo: { lagSeconds: 7 },
    });
    const caughtUp = makeHealth({ batch: 1, rows: 100, records: 100, newest: at(4.9), endedAt: at(8) });
    state.noteLook({ state: 'active', health: mapKinds(() => caughtUp) }, T0 + 8_500);
    expect(state.snapshot(T0 + 60_000).kinds.pin).toMatchObject({ rows: 100, lagSeconds: 0 });
  });

  test('is as fast as its last batch, from the first one on, and slower the longer nothing comes', () => {
    const state = makeState();
    const perSecond = (seconds: number) => state.snapshot(T0 + seconds * 1_000).kinds.pin.perSecond;
    expect(perSecond(5)).toBe(0);
    const first = makeHealth({ records: 60, newest: at(3), endedAt: at(6) });
    state.noteLook({ state: 'active', health: { pin: first } }, T0 + 6_500);
    expect(perSecond(7)).toBe(10);
    const second = makeHealth({ batch: 1, records: 100, newest: at(5), endedAt: at(8) });
    state.noteLook({ state: 'active', health: { pin: second } }, T0 + 8_500);
    expect([9, 10, 12, 48].map(perSecond)).toEqual([20, 20, 10, 1]);
  });

  test('is stuck when records wait and no batch ends: a quarter of an hour for the first, minutes for the next', () => {
    const state = makeState();
    expect(state.explainStuck(T0 + 2_000_000)).toBeUndefined();
    sendSlice(state, 5);
    expect(state.explainStuck(T0 + 900_000)).toBeUndefined();
    expect(state.explainStuck(T0 + 901_000)).toBe('it ended no micro-batch of "pin" for 901 s although records waited');
    const health = mapKinds(() => makeHealth({ newest: at(2), endedAt: at(50) }));
    state.noteLook({ state: 'active', health }, T0 + 50_000);
    state.noteLook({ state: 'active', health }, T0 + 200_000);
    expect(state.explainStuck(T0 + 230_000)).toBeUndefined();
    expect(state.explainStuck(T0 + 231_000)).toBe('it ended no micro-batch of "pin" for 181 s although records waited');
  });

  test('counts the Databricks runs that have ended without a batch, and forgets them after one', () => {
    const state = makeState();
    state.noteLost('gone');
    state.noteLost('gone again');
    expect(state).toMatchObject({ failures: 2, epoch: 3, run: undefined });
    expect(state.snapshot(T0)).toMatchObject({ state: 'restarting', lastFailure: 'gone again' });
    state.noteBegun({ runId: '9', url: '', epoch: 3 }, T0);
    state.noteLook({ state: 'active', health: { geo: makeHealth({ newest: at(1), endedAt: at(1) }) } }, T0);
    expect(state.failures).toBe(0);
  });

  test('goes on counting them while records of some kind have had no batch', () => {
    const state = makeState();
    sendSlice(state, 5);
    state.noteLost('one kind cannot be read');
    const health = makeHealth({ newest: at(5), endedAt: at(9) });
    state.noteLook({ state: 'active', health: { geo: health, user: health } }, T0);
    expect(state.failures).toBe(1);
    state.noteLook({ state: 'active', health: mapKinds(() => health) }, T0);
    expect(state.failures).toBe(0);
  });

  test('is carried to the next run of the workflow whole, but for what the next look says again', () => {
    const state = makeState();
    sendSlice(state, 5);
    state.pause();
    state.setRate(50);
    state.noteLost('gone');
    state.noteBegun({ runId: '8', url: 'u', epoch: 2 }, T0 + 9_000);
    const next = new StreamState(checkStream({ rate: 20 }), JSON.parse(JSON.stringify(state.carry())));
    expect(next.carry()).toEqual(state.carry());
    expect(next.nextSlice()).toEqual({ number: 1, first: 100, posts: 150, rate: 50 });
    expect(next.snapshot(T0)).toMatchObject({ state: 'paused', epoch: 2, posts: { sent: 100, planned: 250 } });
  });

  test('drains once all is sent or somebody has asked to stop', () => {
    const state = makeState();
    expect(state).toMatchObject({ mayPost: true, isSent: false });
    state.stop();
    expect(state).toMatchObject({ mayPost: false, isSent: true });
    expect(state.snapshot(T0).state).toBe('draining');
    state.noteDrained();
    expect(state.snapshot(T0).state).toBe('drained');
  });
});
