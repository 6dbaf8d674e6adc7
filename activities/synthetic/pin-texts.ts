import type { SeededRandom } from '../../domain/seeded-random.ts';
import { CLOSINGS, COLOURS, OCCASIONS, ODD_ENDINGS, OPENINGS, TAG_ENDINGS, type VOCABULARIES } from './words.ts';

type Vocabulary = (typeof VOCABULARIES)[number];

const LONGEST_TITLE = 199;
/** The site shows 177 characters of a longer description, then an ellipsis and a no-break space. */
const CUT_AT = 177;
const CUT_END = '\u2026\u00a0';
const TAG_COUNT = 9;

export function titlePin({ traits, things }: Vocabulary, random: SeededRandom): string {
  const pick = picker(random);
  const subject = () => `${pick(traits)} ${pick(things)}`;
  const forms = [
    () => `${random.below(45) + 5} ${subject()} Ideas You Will Come Back To`,
    () => `${subject()} in ${pick(COLOURS)}`,
    () => `${subject()} for ${pick(OCCASIONS)}`,
    () => subject().toLowerCase(),
    () => `The "${pick(traits)}" ${pick(things)}: What to Know`,
    () => `${subject()} | ${subject()} in ${pick(COLOURS)} | ${subject()} Without the Fuss`,
  ];
  const title = (forms[random.below(forms.length)] ?? subject)();
  if (random.below(1_000) === 0) return `${Array.from({ length: 12 }, subject).join(', ')}`.slice(0, LONGEST_TITLE);
  return random.below(30) === 0 ? title + pick(ODD_ENDINGS) : title;
}

/** Two of five descriptions are too long for the site and come cut. */
export function describePin({ traits, things }: Vocabulary, random: SeededRandom): string {
  const pick = picker(random);
  const subject = () => `${pick(traits)} ${pick(things)}`;
  const sentence = () => `${pick(OPENINGS)} ${subject().toLowerCase()} ${pick(CLOSINGS)}.`;
  const sort = random.below(100);
  if (sort < 41) {
    const text = Array.from({ length: 6 }, sentence).join(' ');
    return text.slice(0, CUT_AT).trimEnd() + CUT_END;
  }
  if (sort < 52) return subject();
  return sort < 64 ? sentence() : `${sentence()} ${sentence()}`.slice(0, CUT_AT);
}

/** Nine different tags, joined by commas without blanks. */
export function tagPin({ traits, things }: Vocabulary, random: SeededRandom): string {
  const pick = picker(random);
  const tags = new Set<string>();
  while (tags.size < TAG_COUNT) {
    tags.add(random.below(2) === 0 ? `${pick(traits)} ${pick(things)}` : `${pick(things)} ${pick(TAG_ENDINGS)}`);
  }
  return [...tags].join(',');
}

function picker(random: SeededRandom): (words: readonly string[]) => string {
  return (words) => words[random.below(words.length)] ?? '';
}
