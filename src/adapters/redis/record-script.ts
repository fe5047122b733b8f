/**
 * Records that expire by the one clock: "<expiry> <text>". Redis' own expiry, by its own clock, only gives their memory back.
 */
export const RECORD_LUA = `
local function integer(number) return string.format('%.0f', number) end

local function read_record(key)
  local record = redis.call('GET', key)
  if not record then return nil end
  local expiry, text = string.match(record, '^(%d+) (.*)$')
  if not expiry or now >= tonumber(expiry) then return nil end
  return text
end

-- False when it would be over already: then it is removed.
local function write_record(key, text, left)
  if left <= 0 then
    redis.call('DEL', key)
    return false
  end
  redis.call('SET', key, integer(now + left) .. ' ' .. text, 'PX', integer(left + 1000))
  return true
end
`;
