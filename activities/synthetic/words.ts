import type { Category } from '../../domain/records.ts';

/** What the posts of one category talk about: nine things or more, so that nine different tags can be made. */
interface Vocabulary {
  readonly category: Category;
  /** Key of the category's first row: categories are contiguous blocks of keys, as in the course's data. */
  readonly firstKey: number;
  readonly traits: readonly string[];
  readonly things: readonly string[];
}

const list = (words: string): readonly string[] => words.split(', ');

export const VOCABULARIES: readonly Vocabulary[] = [
  {
    category: 'art',
    firstKey: 0,
    traits: list('Loose, Bold, Layered, Minimal, Dreamy, Muted, Geometric, Botanical'),
    things: list(
      'Watercolour, Ink Drawing, Collage, Linocut, Pastel Study, Mural, Gouache Scene, Still Life, Sketchbook',
    ),
  },
  {
    category: 'beauty',
    firstKey: 892,
    traits: list('Gentle, Glowing, Everyday, Soft, Five Minute, Winter, Natural, Bright'),
    things: list(
      'Skin Care, Brow Shape, Night Cream, Lip Colour, Face Mask, Nail Design, Hair Oil, Eye Look, Bath Salt',
    ),
  },
  {
    category: 'christmas',
    firstKey: 1_637,
    traits: list('Rustic, Cosy, Nordic, Homemade, Snowy, Vintage, Candlelit, Paper'),
    things: list(
      'Wreath, Tree Garland, Gift Wrap, Advent Calendar, Table Setting, Ginger Biscuit, Stocking, Village, Star',
    ),
  },
  {
    category: 'diy-and-crafts',
    firstKey: 2_637,
    traits: list('Easy, Upcycled, Wooden, Woven, Rainy Day, Felt, Painted, No Sew'),
    things: list(
      'Macrame Hanger, Clay Dish, Bird House, Paper Lantern, Patchwork, Photo Frame, Candle Jar, Yarn Rug, Kite',
    ),
  },
  {
    category: 'education',
    firstKey: 3_467,
    traits: list('Playful, Printable, First Grade, Quiet, Outdoor, Weekly, Hands On, Visual'),
    things: list(
      'Reading Corner, Spelling Game, Maths Poster, Science Box, Lesson Plan, Map Puzzle, Word Wall, Flash Card, Quiz',
    ),
  },
  {
    category: 'event-planning',
    firstKey: 4_329,
    traits: list('Garden, Elegant, Small, Last Minute, Pastel, Seaside, Budget, Evening'),
    things: list(
      'Seating Plan, Balloon Arch, Wedding Table, Guest List, Birthday Theme, Photo Wall, Menu Card, Toast, Bouquet',
    ),
  },
  {
    category: 'finance',
    firstKey: 5_077,
    traits: list('Simple, Monthly, Debt Free, Family, Early, Careful, Student, Yearly'),
    things: list(
      'Budget Sheet, Savings Plan, Cash Envelope, Spending Log, Pension Guide, Side Income, Bill Planner, Fund, Tax List',
    ),
  },
  {
    category: 'home-decor',
    firstKey: 5_864,
    traits: list('Airy, Boho, Warm, Rented, Tiny, Scandinavian, Farmhouse, Bright'),
    things: list(
      'Living Room, Bookshelf, Entryway, Kitchen Wall, Bathroom, Window Seat, Gallery Wall, Lamp Corner, Attic',
    ),
  },
  {
    category: 'mens-fashion',
    firstKey: 6_725,
    traits: list('Smart, Casual, Tailored, Street, Summer, Classic, Layered, Tweed'),
    things: list(
      'Linen Suit, Denim Jacket, Knit Tie, White Sneaker, Wool Coat, Oxford Shirt, Chino, Boot, Pocket Square',
    ),
  },
  {
    category: 'quotes',
    firstKey: 7_575,
    traits: list('Short, Brave, Morning, Kind, Funny, Quiet, Wise, Hopeful'),
    things: list('Reminder, Life Lesson, Verse, Affirmation, Motto, Friendship Line, Proverb, Toast, Farewell'),
  },
  {
    category: 'tattoos',
    firstKey: 8_487,
    traits: list('Fine Line, Tiny, Floral, Blackwork, Matching, Dotted, Folk, Wrist'),
    things: list('Swallow, Mountain Range, Fern, Moon Phase, Compass, Wave, Arrow, Lettering, Sleeve'),
  },
  {
    category: 'travel',
    firstKey: 9_457,
    traits: list('Hidden, Slow, Solo, Weekend, Coastal, Alpine, Autumn, Night Train'),
    things: list('Island, Old Town, Hiking Trail, Road Trip, Packing List, Lake, Market, Lighthouse, Viewpoint'),
  },
  {
    category: 'vehicles',
    firstKey: 10_316,
    traits: list('Restored, Electric, Vintage, Off Road, Two Seat, Chrome, Rally, Camper'),
    things: list('Roadster, Pickup, Scooter, Estate Car, Motorbike, Van Build, Coupe, Dashboard, Cargo Bike'),
  },
];

export const COLOURS = list(
  'sage green, terracotta, navy, off white, mustard, dusty pink, charcoal, cobalt, olive, copper',
);
export const OCCASIONS = list(
  'a rainy Sunday, beginners, small spaces, the whole family, early spring, a quiet evening, busy weeks',
);
export const TAG_ENDINGS = list('Ideas, Inspiration, Aesthetic, Tips, For Beginners, Trends, Board, Photography');
export const TRADES = list('Studio, Workshop, Atelier, Journal, Notes, Collective, Interiors, Supply Co');

/** Openings of sentences in descriptions; a thing follows. */
export const OPENINGS = list(
  'A closer look at this, How we made our, Everything I learned about the, Save this for your next, What nobody tells you about a, Three ways to style the, My honest notes on the, Step by step photos of a',
);
/** Ends of sentences in descriptions. */
export const CLOSINGS = list(
  'and the list of what you need, without spending much, with things found at home, for people who have never tried, that lasts for years, in less than an afternoon, and what I would do differently next time',
);

/** Characters that break naive readers; each occurs in titles of the course's data. One in thirty titles has one. */
export const ODD_ENDINGS: readonly string[] = [
  ' \u{1F33F}',
  ' \u{1F384}\u2728',
  '\u00a0',
  '\u200b',
  '\n',
  ' \u201cno fuss\u201d',
  ' "the easy way"',
  " (it's worth it)",
  ' \u2014 \u0441\u0432\u043e\u0438\u043c\u0438 \u0440\u0443\u043a\u0430\u043c\u0438',
  ' \u05e8\u05e2\u05d9\u05d5\u05e0\u05d5\u05ea',
  ' caf\u00e9 & cr\u00e8me',
  ' \\ before / after',
];
