import { checkRun, describeDailyStart } from '../../domain/daily-start.ts';

describe('the start of a date', () => {
  test('has the id of the date, the input as it was given, and joins or keeps a run that is there', () => {
    const input = { date: '2026-11-22', rows: 5 };
    expect(describeDailyStart(input)).toEqual({
      workflowId: 'daily-pinterest-2026-11-22',
      workflowType: 'runPipeline',
      taskQueue: 'pinflow',
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'pinterest 2026-11-22',
      staticDetails: 'Daily run of **pinterest** for 2026-11-22, source synthetic, order sweep.',
    });
  });

  test('is refused with every bad field named', () => {
    expect(() => checkRun({ date: '2026-02-30', rows: 0 })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(/^date: .*; rows: /) }),
    );
  });
});
