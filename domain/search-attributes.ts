/** What runs are found by; the workflow sets them, and a Temporal server has to know each with its type. */
export const SEARCH_ATTRIBUTES = {
  PinflowPipeline: 'Keyword',
  PinflowDate: 'Keyword',
  PinflowStatus: 'Keyword',
  PinflowLate: 'Bool',
} as const;
