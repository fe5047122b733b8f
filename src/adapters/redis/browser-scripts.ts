import { CLOCK_LUA } from './clock-script.ts';
import { RECORD_LUA } from './record-script.ts';

/** Records of live sessions that one call may find at the head of the queue before it gives up. */
const INSPECTED = 1_000;

/**
 * Keys, after the prefix: `b:<cookie>` → "<expiry> <state>"; `browsers`: sorted set of cookies by expiry. ARGV 3: the cookie, named
 * as in `c:<cookie>`.
 */
const BROWSERS_LUA = `${CLOCK_LUA}${RECORD_LUA}
local cookie, queue = ARGV[3], prefix .. 'browsers'
local function state_key(name) return prefix .. 'b:' .. name end
`;

/** Answers the state, or nothing. */
export const FIND_BROWSER_LUA = `${BROWSERS_LUA}
return {told, now, read_record(state_key(cookie))}
`;

export const DESTROY_BROWSER_LUA = `${BROWSERS_LUA}
redis.call('DEL', state_key(cookie))
redis.call('ZREM', queue, cookie)
return {told, now}
`;

/** ARGV 4 state, 5 lifetime in ms, 6 limit of records. Answers 1, or 0 when all there are belong to live sessions. */
export const SAVE_BROWSER_LUA = `${BROWSERS_LUA}
local left, limit = tonumber(ARGV[5]), tonumber(ARGV[6])
redis.call('ZREM', queue, cookie)
redis.call('ZREMRANGEBYSCORE', queue, '-inf', integer(now))
local inspected = 0
while redis.call('ZCARD', queue) >= limit do
  if inspected == ${INSPECTED} then return {told, now, 0} end
  inspected = inspected + 1
  local first = redis.call('ZRANGE', queue, 0, 0)[1]
  local owner = redis.call('GET', prefix .. 'c:' .. first)
  if owner and string.sub(owner, 1, 1) ~= '!' then
    -- To the end, so that the next search does not meet it first again.
    local last = redis.call('ZREVRANGE', queue, 0, 0, 'WITHSCORES')
    redis.call('ZADD', queue, integer(tonumber(last[2]) + 1), first)
  else
    redis.call('ZREM', queue, first)
    redis.call('DEL', state_key(first))
  end
end
if write_record(state_key(cookie), ARGV[4], left) then redis.call('ZADD', queue, integer(now + left), cookie) end
return {told, now, 1}
`;
