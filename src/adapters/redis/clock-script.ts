import { CLOCK_JUMP_MS } from '../../sessions/store-clock.ts';

/**
 * Begins every script. `now` is the one clock of all nodes, milliseconds: Redis' own, moved on by `<prefix>clock`, and
 * never earlier than the asking node reckons, nor than `<prefix>latest`, which every sweep leaves behind for nodes that have
 * just started and reckon nothing. Where Redis' clock is behind that by more than two seconds (it was set back, or another
 * server with a slow clock took over), `<prefix>clock` grows so that time goes on for everybody; nothing lowers it.
 *
 * ARGV: 1 prefix of all keys, 2 what the node reckons. Every script answers `{told, now, …}`.
 */
export const CLOCK_LUA = `
local prefix = ARGV[1]
local time = redis.call('TIME')
local kept = redis.call('MGET', prefix .. 'clock', prefix .. 'latest')
local told = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(kept[1] or 0)
local now = math.max(told, tonumber(ARGV[2]), tonumber(kept[2] or 0))
if now - told > ${CLOCK_JUMP_MS} then redis.pcall('INCRBY', prefix .. 'clock', now - told) end
`;
