import { CLOCK_LUA } from './clock-script.ts';
import { RECORD_LUA } from './record-script.ts';

/**
 * Keys, after the prefix: `e:<kind>:<key>` → "<expiry> <server> <JSON>"; `room:<kind>`: sorted set of keys by expiry. ARGV 3 kind, 4 key.
 *
 * A record may be taken only on the server where it was put: that it was taken there may be what a fail-over has lost.
 */
const EPHEMERAL_LUA = `${CLOCK_LUA}${RECORD_LUA}
local kind, name = ARGV[3], ARGV[4]
local room = prefix .. 'room:' .. kind
local function record_key(key) return prefix .. 'e:' .. kind .. ':' .. key end
-- Which server this is; a user who may not ask is told of it at the start.
local function server_id()
  local facts = redis.pcall('INFO', 'server')
  return type(facts) == 'string' and string.match(facts, 'run_id:(%x+)') or '-'
end
-- The JSON, and the server where it was put.
local function read_json()
  local text = read_record(record_key(name))
  if not text then return nil, nil end
  local server, json = string.match(text, '^(%S+) (.*)$')
  return json, server
end
`;

/** Answers the record, or nothing. */
export const FIND_LUA = `${EPHEMERAL_LUA}
return {told, now, (read_json())}
`;

/** Answers the record, which is gone then, or nothing. */
export const TAKE_LUA = `${EPHEMERAL_LUA}
local json, server = read_json()
redis.call('DEL', record_key(name))
redis.call('ZREM', room, name)
if server ~= server_id() then return {told, now} end
return {told, now, json}
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
if write_record(record_key(name), server_id() .. ' ' .. ARGV[5], left) then redis.call('ZADD', room, integer(now + left), name) end
return {told, now}
`;
