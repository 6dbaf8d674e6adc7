import type { RecordKind } from '../../domain/kinds.ts';
import type { GeoRow, PinRow, UserRow } from '../../domain/records.ts';
import type { RowSource, SourceRow } from '../ports.ts';
import { formatDateTime } from './date-time.ts';
import { createPeople, type Person } from './people.ts';
import { createPages, createPin, ROW_COUNT } from './pins.ts';
import { createTimestamps } from './timestamps.ts';

/**
 * An invented data set of the shape of the course's database: 11,154 posts with keys 0 to 11,153, the same bytes on
 * every machine. Sizes, ranges, skews and dirty values are those measured there; every text is made up.
 */
export async function openSyntheticSource(): Promise<RowSource> {
  const { people, personOfRow } = createPeople();
  const timestamps = createTimestamps();
  const pages = createPages();
  const keys = Array.from({ length: ROW_COUNT }, (_, key) => key);

  const createRow = (kind: RecordKind, key: number): PinRow | GeoRow | UserRow => {
    const person = people[personOfRow[key] ?? -1];
    const timestamp = timestamps[key];
    const page = pages[key];
    if (person === undefined || timestamp === undefined || page === undefined) {
      throw new RangeError(`expected a position from 0 to ${ROW_COUNT - 1}, got ${key}`);
    }
    if (kind === 'pin') return createPin(key, page);
    return kind === 'geo' ? createGeo(key, person, timestamp) : createUser(key, person);
  };

  return {
    listKeys: async () => keys,
    readRows: async (kind, positions) =>
      positions.map((key): SourceRow => ({ key, json: JSON.stringify(createRow(kind, key)) })),
    close: async () => {},
  };
}

function createGeo(key: number, { latitude, longitude, country }: Person, timestamp: number): GeoRow {
  return { ind: key, timestamp: formatDateTime(timestamp), latitude, longitude, country };
}

function createUser(key: number, { firstName, lastName, age, joined }: Person): UserRow {
  return { ind: key, first_name: firstName, last_name: lastName, age, date_joined: formatDateTime(joined) };
}
