import { z } from 'zod';

/**
 * The rows as the source sends them: columns in wire order, dirty values included. They describe what the course's
 * database holds (no NULL was seen in 11,154 rows of each table); deciding over other rows is the notebooks' work.
 */

const dateTime = z.string().regex(/^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/, 'expected YYYY-MM-DD HH:MM:SS');
const key = z.int().min(0);

/** The last two can come from the scraper's code, but were not seen in its data. */
const PIN_FORMATS = [
  'image',
  'video',
  'multi-video(story page format)',
  'image(story page format)',
  'video(story page format)',
] as const;

export const CATEGORIES = [
  'art',
  'beauty',
  'christmas',
  'diy-and-crafts',
  'education',
  'event-planning',
  'finance',
  'home-decor',
  'mens-fashion',
  'quotes',
  'tattoos',
  'travel',
  'vehicles',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const pinRowSchema = z.strictObject({
  index: key,
  unique_id: z.uuid(),
  title: z.string(),
  description: z.string(),
  poster_name: z.string(),
  follower_count: z.string(),
  tag_list: z.string(),
  is_image_or_video: z.enum(PIN_FORMATS),
  image_src: z.string(),
  downloaded: z.literal([0, 1]),
  save_location: z.string(),
  category: z.enum(CATEGORIES),
});
export type PinRow = z.infer<typeof pinRowSchema>;

export const geoRowSchema = z.strictObject({
  ind: key,
  timestamp: dateTime,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  country: z.string(),
});
export type GeoRow = z.infer<typeof geoRowSchema>;

export const userRowSchema = z.strictObject({
  ind: key,
  first_name: z.string(),
  last_name: z.string(),
  age: z.int(),
  date_joined: dateTime,
});
export type UserRow = z.infer<typeof userRowSchema>;
