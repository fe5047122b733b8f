import { CITY_PEOPLE } from './people-of-city.ts';
import { COUNTY_PEOPLE } from './people-of-county.ts';
import { MINISTRY_PEOPLE } from './people-of-ministry.ts';
import type { DemoPerson } from './person.ts';

/** All people of the demonstration; each name says that it is one (示範). The first who enters a system is `county-user`. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [...COUNTY_PEOPLE, ...CITY_PEOPLE, ...MINISTRY_PEOPLE];
