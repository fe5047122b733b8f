import { CLOCK_LUA } from './clock-script.ts';
import { RECORD_LUA } from './record-script.ts';

/** Keys, after the prefix: `e:<kind>:<key>` → "<expiry> <JSON>"; `room:<kind>`: sorted set of keys by expiry. ARGV 3 kind, 4 key. */
const EPHEMERAL_LUA = `${CLOCK_LUA}${RECORD_LUA}
local kind, name = ARGV[3], ARGV[4]
local room = prefix .. 'room:' .. kind
local function record_key(key) return prefix .. 'e:' .. kind .. ':' .. key end
`;

/** Answers the record, or nothing. */
export const FIND_LUA = `${EPHEMERAL_LUA}
return {told, now, read_record(record_key(name))}
`;

/** Answers the record, which is gone then, or nothing. */
export const TAKE_LUA = `${EPHEMERAL_LUA}
local text = read_record(record_key(name))
redis.call('DEL', record_key(name))
redis.call('ZREM', room, name)
return {told, now, text}
`;

/** ARGV 5 JSON, 6 lifetime in ms, 7 limit of the room. */
export const PUT_LUA = `${EPHEMERAL_LUA}
local left = tonumber(ARGV[6])
redis.call('ZREM', room, name)
redis.call('ZREMRANGEBYSCORE', room, '-inf', integer(now))
local excess = redis.call('ZCARD', room) + 1 - tonumber(ARGV[7])
if excess > 0 then
  for _, first in ipairs(redis.call('ZRANGE', room, 0, excess - 1)) do
    redis.call('DEL', record_key(first))
    redis.call('ZREM', room, first)
  end
end
if write_record(record_key(name), ARGV[5], left) then redis.call('ZADD', room, integer(now + left), name) end
return {told, now}
`;
