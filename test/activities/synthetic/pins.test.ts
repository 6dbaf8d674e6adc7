import type { PinRow } from '../../../domain/records.ts';
import { countValues, expectCounts, readPins } from './read-data-set.ts';

/** Shares measured in 1,547 rows of the course's data, times 11,154. */
const ROWS = 11_154;
const NO_TAGS = 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e';

let pins: readonly PinRow[];
beforeAll(async () => {
  pins = await readPins();
});

test('categories are contiguous blocks of keys', () => {
  const blocks = new Map<string, [number, number]>();
  for (const { index, category } of pins) blocks.set(category, [blocks.get(category)?.[0] ?? index, index]);
  expect(Object.fromEntries(blocks)).toEqual({
    art: [0, 891],
    beauty: [892, 1_636],
    christmas: [1_637, 2_636],
    'diy-and-crafts': [2_637, 3_466],
    education: [3_467, 4_328],
    'event-planning': [4_329, 5_076],
    finance: [5_077, 5_863],
    'home-decor': [5_864, 6_724],
    'mens-fashion': [6_725, 7_574],
    quotes: [7_575, 8_486],
    tattoos: [8_487, 9_456],
    travel: [9_457, 10_315],
    vehicles: [10_316, 11_153],
  });
  expect(pins.filter((pin) => pin.save_location !== `Local save in /data/${pin.category}`)).toEqual([]);
});

test('unique ids are different UUIDs of version 4', () => {
  expect(new Set(pins.map((pin) => pin.unique_id)).size).toBe(ROWS);
  const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(pins.filter((pin) => !version4.test(pin.unique_id))).toEqual([]);
});

test('fields fail together: whole stories, tags alone, images alone', () => {
  const failures = pins.map((pin) => ({
    title: pin.title === 'No Title Data Available',
    poster: pin.poster_name === 'User Info Error',
    followers: pin.follower_count === 'User Info Error',
    tags: pin.tag_list === NO_TAGS,
    image: pin.image_src === 'Image src error.',
    notDownloaded: pin.downloaded === 0,
  }));
  const kinds = failures.map((failure) =>
    Object.entries(failure)
      .filter(([, failed]) => failed)
      .map(([field]) => field)
      .join(' '),
  );
  expect(Object.fromEntries(countValues(kinds))).toEqual({
    '': 10_866,
    'title poster followers tags image notDownloaded': 101,
    'image notDownloaded': 137,
    tags: 50,
  });
});

test('formats and descriptions fit each other, in the measured shares', () => {
  expectCounts(
    countValues(pins.map((pin) => pin.is_image_or_video)),
    [
      ['image', 0.904 * ROWS],
      ['multi-video(story page format)', 0.067 * ROWS],
      ['video', 0.029 * ROWS],
    ],
    0.01,
  );
  const stories = pins.filter((pin) => pin.is_image_or_video === 'multi-video(story page format)');
  const storyTexts = pins.filter((pin) => pin.description === 'No description available Story format');
  expect(storyTexts).toEqual(stories);
  expectCounts(
    countValues(pins.map((pin) => pin.description)),
    [
      ['No description available', 0.015 * ROWS],
      ['Untitled', ROWS / 1_547],
      ['Art.', ROWS / 1_547],
    ],
    0.03,
  );
  expect(pins.filter((pin) => pin.title === '' || pin.title === 'Untitled')).toHaveLength(2);
});

test('addresses of images have the forms and shares of the site', () => {
  const forms = pins.map(({ image_src }) => {
    if (image_src === 'Image src error.') return 'error';
    const name = image_src.replace(/\/originals\/(..)\/(..)\/(..)\/\1\2\3[0-9a-f]{26}\./, '/<name>.');
    return name.replace('https://i.pinimg.com', '');
  });
  const counts = countValues(forms);
  expect([...counts.keys()].toSorted()).toEqual([
    '/<name>.gif',
    '/<name>.jpg',
    '/<name>.png',
    '/<name>.webp',
    '/videos/thumbnails/<name>.0000001.jpg',
    'error',
  ]);
  const measured = [
    ['/<name>.jpg', 0.75],
    ['/<name>.png', 0.15],
    ['/videos/thumbnails/<name>.0000001.jpg', 0.075],
  ] as const;
  expectCounts(
    counts,
    measured.map(([form, share]) => [form, share * ROWS]),
    0.02,
  );
  expectCounts(counts, [['error', 0.0213 * ROWS]], 0.01);
});

test('two of five descriptions are cut by the site', () => {
  const cut = pins.filter((pin) => pin.description.endsWith('\u2026\u00a0'));
  expect(Math.abs(cut.length / ROWS - 0.37)).toBeLessThan(0.01);
  expect(new Set(cut.map((pin) => pin.description.length))).toEqual(new Set([178, 179]));
});

test('texts keep to the measured lengths', () => {
  const range = (field: 'title' | 'description' | 'tag_list') => {
    const lengths = pins.map((pin) => pin[field].length);
    return [Math.min(...lengths), Math.max(...lengths)];
  };
  expect(range('title')).toEqual([0, 199]);
  expect(range('description')[0]).toBe('Art.'.length);
  expect(range('description')[1]).toBeLessThanOrEqual(180);
  expect(range('tag_list')[0]).toBe(NO_TAGS.length);
  expect(range('tag_list')[1]).toBeLessThanOrEqual(247);
});

test('a list of tags has nine different tags', () => {
  const tagged = pins.filter((pin) => pin.tag_list !== NO_TAGS).map((pin) => pin.tag_list.split(','));
  expect(tagged.filter((tags) => tags.length !== 9 || new Set(tags).size !== 9)).toEqual([]);
});

test.each([
  ['a line break', /\n/],
  ['a no-break space', /\u00a0$/],
  ['a zero-width space', /\u200b/],
  ['an emoji', /\p{Extended_Pictographic}/u],
  ['a straight quote', /"/],
  ['an apostrophe', /'/],
  ['a curly quote', /\u201c/],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['a backslash', /\\/],
])('some titles hold %s', (_, pattern) => {
  expect(pins.filter((pin) => pattern.test(pin.title)).length).toBeGreaterThan(5);
});
