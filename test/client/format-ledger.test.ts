import { formatLedger } from '../../client/format-ledger.ts';
import { mapKinds } from '../../domain/kinds.ts';

test('stations that are not counted yet are empty', () => {
  const counts = { ...mapKinds(() => ({ intended: 10, acknowledged: 10 })), user: {} };
  expect(formatLedger({ counts })).toEqual([
    'kind  intended  acknowledged  landed  clean  quarantined  duplicate',
    '----  --------  ------------  ------  -----  -----------  ---------',
    'pin         10            10',
    'geo         10            10',
    'user',
    '',
    'kind  lost  phantom  corrupt  repeated',
    '----  ----  -------  -------  --------',
    'pin',
    'geo',
    'user',
  ]);
});
