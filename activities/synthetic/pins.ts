import type { PinRow } from '../../domain/records.ts';
import { SeededRandom } from '../../domain/seeded-random.ts';
import { describePin, tagPin, titlePin } from './pin-texts.ts';
import { pickPoster } from './posters.ts';
import { VOCABULARIES } from './words.ts';

export const ROW_COUNT = 11_154;

/**
 * What a pin page was, and what the scraper failed to read of it. The counts are the measured shares of 1,547 rows
 * of the course's data, times 11,154: on a story that did not load five fields fail together.
 */
const PAGES = [
  { page: 'unloaded story', count: 101 },
  { page: 'story without image', count: 137 },
  { page: 'story', count: 509 },
  { page: 'video', count: 323 },
  { page: 'image without tags', count: 50 },
  { page: 'image without description', count: 167 },
  { page: 'image described as untitled', count: 7 },
  { page: 'image described as art', count: 7 },
  { page: 'image with empty title', count: 1 },
  { page: 'untitled image', count: 1 },
  { page: 'image', count: 9_851 },
] as const;
type Page = (typeof PAGES)[number]['page'];

/** Endings of image addresses by their share in a thousand; thumbnails of videos are always jpg. */
const IMAGE_ENDINGS = [
  { ending: 'webp', share: 4 },
  { ending: 'gif', share: 1 },
  { ending: 'png', share: 166 },
  { ending: 'jpg', share: 829 },
];

const NO_IMAGE = 'Image src error.';
const NO_USER = 'User Info Error';
/** The scraper joined the words "No Tags Available" letter by letter. */
const NO_TAGS = [...'No Tags Available'].join(',');

/** The page of every row: fixed counts, in no order. */
export function createPages(): readonly Page[] {
  const pages = PAGES.flatMap(({ page, count }) => Array.from({ length: count }, () => page));
  return new SeededRandom('pages').shuffle(pages);
}

/** The row of a key, made from nothing but the key and the kind of page. */
export function createPin(key: number, page: Page): PinRow {
  const random = new SeededRandom(`pin ${key}`);
  const vocabulary = VOCABULARIES.findLast(({ firstKey }) => firstKey <= key);
  if (vocabulary === undefined) throw new RangeError(`there is no category for key ${key}`);
  const title = titlePin(vocabulary, random);
  const description = describePin(vocabulary, random);
  const tags = tagPin(vocabulary, random);
  const poster = pickPoster(random);
  const unloaded = page === 'unloaded story';
  const imageless = unloaded || page === 'story without image';
  return {
    index: key,
    unique_id: createUuid(random),
    title: unloaded ? 'No Title Data Available' : (TITLES[page] ?? title),
    description: DESCRIPTIONS[page] ?? description,
    poster_name: unloaded ? NO_USER : poster.name,
    follower_count: unloaded ? NO_USER : poster.followers,
    tag_list: unloaded || page === 'image without tags' ? NO_TAGS : tags,
    is_image_or_video: FORMATS[page] ?? 'image',
    image_src: imageless ? NO_IMAGE : createImageAddress(page, random),
    downloaded: imageless ? 0 : 1,
    save_location: `Local save in /data/${vocabulary.category}`,
    category: vocabulary.category,
  };
}

const TITLES: Partial<Record<Page, string>> = { 'image with empty title': '', 'untitled image': 'Untitled' };

const STORY_DESCRIPTION = 'No description available Story format';
const DESCRIPTIONS: Partial<Record<Page, string>> = {
  'unloaded story': STORY_DESCRIPTION,
  'story without image': STORY_DESCRIPTION,
  story: STORY_DESCRIPTION,
  'image without description': 'No description available',
  'image described as untitled': 'Untitled',
  'image described as art': 'Art.',
};

const STORY_FORMAT = 'multi-video(story page format)';
const FORMATS: Partial<Record<Page, PinRow['is_image_or_video']>> = {
  'unloaded story': STORY_FORMAT,
  'story without image': STORY_FORMAT,
  story: STORY_FORMAT,
  video: 'video',
};

/** Addresses have the site's form; nothing is behind them. */
function createImageAddress(page: Page, random: SeededRandom): string {
  const name = createHex(random);
  const file = `${name.slice(0, 2)}/${name.slice(2, 4)}/${name.slice(4, 6)}/${name}`;
  if (page === 'story' || page === 'video')
    return `https://i.pinimg.com/videos/thumbnails/originals/${file}.0000001.jpg`;
  let drawn = random.below(1_000);
  const chosen = IMAGE_ENDINGS.find(({ share }) => (drawn -= share) < 0);
  return `https://i.pinimg.com/originals/${file}.${chosen?.ending ?? 'jpg'}`;
}

/** Version 4, variant 1. */
function createUuid(random: SeededRandom): string {
  const hex = createHex(random);
  const variant = '89ab'.charAt(random.below(4));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** 128 random bits as 32 hexadecimal digits. */
function createHex(random: SeededRandom): string {
  return Array.from({ length: 4 }, () => random.word().toString(16).padStart(8, '0')).join('');
}
