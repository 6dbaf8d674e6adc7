import { specifyMwaa } from '../support/mwaa-conversation.ts';

describe('Airflow 2.11 on MWAA', () => {
  specifyMwaa('2.11');
});
