import { renderLedger } from '../../../activities/report/render-ledger.ts';
import { makeReportInput } from './report-input.ts';

const input = makeReportInput();
const { ledger, carriedOver } = input;

/** The cells of the line with this title, as text. */
function lineOf(page: string, title: string): string[] {
  const [, cells] = new RegExp(`<th scope="row">${title}</th>([^]*?)</tr>`).exec(page) ?? [];
  return [...String(cells).matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text]) => String(text));
}

test('a balanced ledger shows its sums and says so', () => {
  const page = renderLedger(input).text;
  expect(page).toContain('✓ balanced');
  expect(page).not.toMatch(/≠|unbalanced|class="problems"|Carried over/);
  expect(lineOf(page, 'Landed')).toEqual(['1,500', '1,500', '1,500']);
  expect(lineOf(page, 'Accounted for')).toEqual(['1,500', '1,500', '1,500']);
  expect(lineOf(page, 'Corrupt')).toEqual(['0', '0', '0']);
  expect(lineOf(page, 'Second copies')).toEqual(['3', '3', '3']);
});

test('an unbalanced ledger marks the number that differs and says it in words', () => {
  const geo = { ...ledger.geo, landed: 1490, lost: 10, clean: 1468 };
  const page = renderLedger({ ...input, ledger: { ...ledger, geo } }).text;
  expect(page).toContain('✗ unbalanced');
  expect(lineOf(page, 'Landed')).toEqual(['1,500', '≠ 1,490', '1,500']);
  expect(lineOf(page, 'Lost')).toEqual(['0', '≠ 10', '0']);
  expect(lineOf(page, 'Accounted for')).toEqual(['1,500', '≠ 1,488', '1,500']);
  expect(page).toContain('<li>geo: acknowledged 1500 but landed 1490</li>');
  expect(page).toContain('<li>geo: landed 1490 but clean 1468 + quarantined 15 + duplicate 5 = 1488</li>');
});

test('records of earlier runs are noted beside the ledger', () => {
  const pin = { clean: 1200, quarantined: 3, duplicate: 0 };
  const user = { clean: 0, quarantined: 0, duplicate: 1 };
  const page = renderLedger({ ...input, carriedOver: { ...carriedOver, pin, user } }).text;
  expect(page).toContain('✓ balanced');
  expect(page).toContain(
    'pin 1,203 (1,200 clean, 3 quarantined, 0 duplicate) and user 1 (0 clean, 0 quarantined, 1 duplicate)',
  );
  expect(lineOf(page, 'Clean')).toEqual(['1,480', '1,480', '1,480']);
});

test('objects that landing did not write are noted, where there are any', () => {
  expect(renderLedger(input).text).not.toContain('Strays');
  const page = renderLedger({ ...input, strays: { pin: 1200, geo: 0, user: 2 } }).text;
  expect(page).toMatch(/landing did not write:\s+pin 1,200 and user 2\./);
});
