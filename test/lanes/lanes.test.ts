import { PinflowError } from '../../domain/errors.ts';
import { selectLanes } from './lanes.ts';

test('no name selects every lane but those that have to be named, the quick ones first', () => {
  expect(selectLanes([])).toEqual(['checks', 'unit', 'workflow', 'notebooks', 'stack']);
});

test('names select lanes, once each and in running order', () => {
  expect(selectLanes(['chaos', 'airflow', 'stack', 'unit', 'unit'])).toEqual(['unit', 'stack', 'airflow', 'chaos']);
});

test('an unknown name is refused with the names there are', () => {
  expect(() => selectLanes(['unit', 'units'])).toThrow(
    new PinflowError(
      'INPUT_INVALID',
      'unknown lane "units", the lanes are checks, unit, workflow, notebooks, stack, airflow, faults, reliability, chaos',
    ),
  );
});
