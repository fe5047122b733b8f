import { journeyOver } from './journey.ts';

journeyOver(() => Promise.resolve({ settings: {}, close: () => Promise.resolve() }));
