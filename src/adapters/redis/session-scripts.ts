import { CLOCK_LUA } from './clock-script.ts';

/** Why a session ended is told to the browser that comes back from lunch; longer would be a record of its own. */
const REMEMBERED_MS = 3_600_000;

/** Tabs that enter a host at the same moment each get a cookie, and the browser keeps the last: older ones may go. */
const COOKIES_PER_HOST = 4;

/** A sweep of more would hold up everybody else. */
export const SWEEP_BATCH = 200;

/** About as many are listed in one script. */
const LIST_PAGE = 200;

/**
 * What the scripts of sessions share. Keys, after the prefix:
 *
 * - `s:<reference>` hash: a account, m method, t authenticated, x certificate, e ends at, i address, o opened, l last activity, d own
 *   idle limit, n cookies given so far; and `<cookie>` → "<number> <host>" for each, the host shortened
 * - `c:<cookie>` string: the reference; after the end "!<ended> <reason>[ <method> <at> <address>]", for an hour
 * - `p:<reference>` hash of what was declared: `<host>` → "<until, or -> <JSON>"
 * - `a:<account>` sorted set of references, in the order they were opened
 * - `due` sorted set of references by the first instant at which they may be over: a touch does not move it, a sweep does
 *
 * ARGV 3 idle limit, 4 lifetime (both ms). Answers: `{told, now, ends, …}`, where `ends` are the sessions that this
 * call ended: `{session, reason, now, whether its time was over}`, session being `{reference, a, m, t, x, e, i}`.
 *
 * Removals come first in every script: Redis refuses a script that begins by writing while it is out of memory.
 */
const SESSIONS_LUA = `${CLOCK_LUA}
local idle_limit, lifetime = tonumber(ARGV[3]), tonumber(ARGV[4])
local due = prefix .. 'due'
local ends = {}

local function key_of(reference) return prefix .. 's:' .. reference end
local function cookie_key(cookie) return prefix .. 'c:' .. cookie end
local function declared_key(reference) return prefix .. 'p:' .. reference end
local function account_key(account) return prefix .. 'a:' .. account end
local function integer(number) return string.format('%.0f', number) end

local function load(reference)
  local f = redis.call('HMGET', key_of(reference), 'a', 'm', 't', 'x', 'e', 'i', 'o', 'l', 'd')
  if not f[1] then return nil end
  return {
    reference = reference, account = f[1], method = f[2], facts = {reference, f[1], f[2], f[3], f[4], f[5], f[6]},
    opened = tonumber(f[7]), last = tonumber(f[8]), ends_at = tonumber(f[5]) or math.huge,
    idle = math.min(idle_limit, tonumber(f[9]) or idle_limit)
  }
end

local function idle_of(s) return math.max(0, now - s.last) end

local function fixed_left_of(s) return math.min(lifetime - (now - s.opened), s.ends_at - now) end

local function left_of(s) return math.min(s.idle - idle_of(s), fixed_left_of(s)) end

local function over_because(s)
  if now >= s.ends_at then return 'day-over' end
  if now - s.opened > lifetime then return 'lifetime' end
  if now - s.last > s.idle then return 'idle' end
  return nil
end

local function finish(s, reason, replacement, is_expiry)
  local fields = redis.call('HGETALL', key_of(s.reference))
  redis.call('DEL', key_of(s.reference), declared_key(s.reference))
  redis.call('ZREM', due, s.reference)
  redis.call('ZREM', account_key(s.account), s.reference)
  local marker = '!' .. integer(now) .. ' ' .. reason .. replacement
  for i = 1, #fields, 2 do
    local cookie = cookie_key(fields[i])
    if #fields[i] > 1 and redis.call('GET', cookie) == s.reference then
      redis.call('SET', cookie, marker, 'PX', ${REMEMBERED_MS + 1_000})
    end
  end
  ends[#ends + 1] = {s.facts, reason, integer(now), is_expiry or 0}
  redis.call('PUBLISH', prefix .. 'ends', s.reference .. ' ' .. reason .. ' ' .. integer(now))
end

-- The session if it stands; one whose time is over ends here.
local function standing(reference)
  local s = load(reference)
  if not s then return nil end
  local reason = over_because(s)
  if not reason then return s end
  finish(s, reason, '', 1)
  return nil
end

local function standing_of(account)
  local found = {}
  for _, reference in ipairs(redis.call('ZRANGE', account_key(account), 0, -1)) do
    found[#found + 1] = standing(reference)
  end
  return found
end

local function put_due(s)
  redis.call('ZADD', due, integer(now + left_of(s) + 1), s.reference)
end

local function give_cookie(s, host, cookie)
  local key = key_of(s.reference)
  local oldest, lowest, count = nil, math.huge, 0
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    if #fields[i] > 1 then
      local number, of_host = string.match(fields[i + 1], '^(%d+) (.*)$')
      if of_host == host then
        count = count + 1
        if tonumber(number) < lowest then oldest, lowest = fields[i], tonumber(number) end
      end
    end
  end
  if count >= ${COOKIES_PER_HOST} then
    redis.call('HDEL', key, oldest)
    redis.call('DEL', cookie_key(oldest))
  end
  redis.call('HSET', key, cookie, redis.call('HINCRBY', key, 'n', 1) .. ' ' .. host)
  redis.call('SET', cookie_key(cookie), s.reference)
end
`;

/** ARGV 5–11 the session's facts, 12 portal cookie, 13 portal host, 14 limit of the account, 15 of the method. */
export const OPEN_LUA = `${SESSIONS_LUA}
local reference, account, method = ARGV[5], ARGV[6], ARGV[7]
if redis.call('EXISTS', key_of(reference)) == 1 then return {told, now, ends, 0} end

local function unused_longest(sessions)
  local longest
  for _, s in ipairs(sessions) do
    if not longest or s.last < longest.last then longest = s end
  end
  return longest
end
local all, of_method = standing_of(account), {}
for _, s in ipairs(all) do
  if s.method == method then of_method[#of_method + 1] = s end
end
local function push_out(s)
  finish(s, 'replaced', ' ' .. method .. ' ' .. ARGV[8] .. ' ' .. ARGV[11])
  for _, list in ipairs({all, of_method}) do
    for i = #list, 1, -1 do
      if list[i] == s then table.remove(list, i) end
    end
  end
end
while #of_method > 0 and #of_method >= tonumber(ARGV[15]) do push_out(unused_longest(of_method)) end
while #all > 0 and #all >= tonumber(ARGV[14]) do push_out(unused_longest(all)) end

redis.call('HSET', key_of(reference), 'a', account, 'm', method, 't', ARGV[8], 'x', ARGV[9], 'e', ARGV[10], 'i', ARGV[11],
  'o', integer(now), 'l', integer(now))
local last = redis.call('ZREVRANGE', account_key(account), 0, 0, 'WITHSCORES')
redis.call('ZADD', account_key(account), (tonumber(last[2]) or 0) + 1, reference)
local s = load(reference)
put_due(s)
give_cookie(s, ARGV[13], ARGV[12])
return {told, now, ends, 1}
`;

/** ARGV 5 reference, 6 host, 7 cookie, 8 the host's own idle limit in ms, or nothing. */
export const ADD_COOKIE_LUA = `${SESSIONS_LUA}
local s = standing(ARGV[5])
if not s then return {told, now, ends, 0} end
local idle = tonumber(ARGV[8])
if idle and idle < s.idle then
  redis.call('HSET', key_of(s.reference), 'd', integer(idle))
  s.idle = idle
  put_due(s)
end
give_cookie(s, ARGV[6], ARGV[7])
return {told, now, ends, 1}
`;

/** ARGV 5 reference, 6 host, 7 cookie, 8 JSON, 9 for how many ms it counts, or nothing. */
export const DECLARE_LUA = `${SESSIONS_LUA}
local s = standing(ARGV[5])
if not s then return {told, now, ends, 0} end
local valid = tonumber(ARGV[9])
local key = declared_key(s.reference)
redis.call('HSET', key, ARGV[6], (valid and integer(now + valid) or '-') .. ' ' .. ARGV[8])
-- Its end removes it; this gives the memory back where that is lost.
redis.call('PEXPIRE', key, integer(lifetime + 1000))
give_cookie(s, ARGV[6], ARGV[7])
return {told, now, ends, 1}
`;

const FOUND_LUA = `${SESSIONS_LUA}
local function found(s, host)
  local declared = redis.call('HGET', declared_key(s.reference), host)
  local valid, json = string.match(declared or '', '^(%S+) (.*)$')
  if valid and valid ~= '-' and now >= tonumber(valid) then json = nil end
  return {told, now, ends, 1, s.facts, left_of(s), fixed_left_of(s), json or ''}
end
`;

/**
 * ARGV 5 cookie, 6 whether to touch, 7 host. Answers `1, session, ms left, ms left however
 * active, what was declared on the host or nothing`, or `0` and, where known, what the cookie has become.
 */
export const CHECK_LUA = `${FOUND_LUA}
local value = redis.call('GET', cookie_key(ARGV[5]))
if not value then return {told, now, ends, 0} end
local ended = string.match(value, '^!(%d+)')
if ended then
  if now - tonumber(ended) > ${REMEMBERED_MS} then return {told, now, ends, 0} end
  return {told, now, ends, 0, value}
end
local s = standing(value)
if not s then return {told, now, ends, 0, redis.call('GET', cookie_key(ARGV[5])) or ''} end
if ARGV[6] == '1' and now > s.last then
  redis.call('HSET', key_of(s.reference), 'l', integer(now))
  s.last = now
end
return found(s, ARGV[7])
`;

/** ARGV 5 reference, 6 host. Answers as a check does; of one that is over, `0`. */
export const CHECK_AGAIN_LUA = `${FOUND_LUA}
local s = standing(ARGV[5])
if not s then return {told, now, ends, 0} end
return found(s, ARGV[6])
`;

/** ARGV 5 reference, 6 reason. */
export const END_LUA = `${SESSIONS_LUA}
local s = standing(ARGV[5])
if not s then return {told, now, ends, 0} end
finish(s, ARGV[6], '')
return {told, now, ends, 1}
`;

/** ARGV 5 account, 6 reason, 7 method or nothing. Answers the sessions ended. */
export const END_ALL_LUA = `${SESSIONS_LUA}
local ended = {}
for _, s in ipairs(standing_of(ARGV[5])) do
  if ARGV[7] == '' or s.method == ARGV[7] then
    finish(s, ARGV[6], '')
    ended[#ended + 1] = s.facts
  end
end
return {told, now, ends, ended}
`;

/** ARGV 5 account. Answers its sessions. */
export const LIST_LUA = `${SESSIONS_LUA}
local found = {}
for _, s in ipairs(standing_of(ARGV[5])) do found[#found + 1] = s.facts end
return {told, now, ends, found}
`;

/** ARGV 5 where to go on, 0 at first. Answers sessions, and where to go on; 0 at the end. */
export const LIST_ALL_LUA = `${SESSIONS_LUA}
local page = redis.call('ZSCAN', due, ARGV[5], 'COUNT', ${LIST_PAGE})
local found = {}
for i = 1, #page[2], 2 do
  local s = standing(page[2][i])
  if s then found[#found + 1] = s.facts end
end
return {told, now, ends, found, page[1]}
`;

/** ARGV 5… references. Answers `{reference, ms idle, ms left}` of each that stands. */
export const DESCRIBE_LUA = `${SESSIONS_LUA}
local found = {}
for i = 5, #ARGV do
  local s = standing(ARGV[i])
  if s then found[#found + 1] = {s.reference, idle_of(s), left_of(s)} end
end
return {told, now, ends, found}
`;

/** Ends those whose time is over, and leaves behind how late it is. Answers how many it looked at. */
export const SWEEP_LUA = `${SESSIONS_LUA}
local candidates = redis.call('ZRANGEBYSCORE', due, '-inf', integer(now), 'LIMIT', 0, ${SWEEP_BATCH})
for _, reference in ipairs(candidates) do
  local s = standing(reference)
  if s then put_due(s) else redis.call('ZREM', due, reference) end
end
-- Last, and let fail: out of memory, what is over must go all the same.
redis.pcall('SET', prefix .. 'latest', integer(now))
return {told, now, ends, #candidates}
`;

/** ARGV 3 this node's name: tells its own subscription that it is heard. */
export const BEAT_LUA = `${CLOCK_LUA}
redis.call('PUBLISH', prefix .. 'beat:' .. ARGV[3], '')
return {told, now}
`;
