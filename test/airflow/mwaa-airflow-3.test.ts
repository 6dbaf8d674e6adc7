import { specifyMwaa } from '../support/mwaa-conversation.ts';

describe('Airflow 3.3 on MWAA', () => {
  specifyMwaa('3.3');
});
