-- One request of a throttle, in one step: the sliding log of DRF (I3).
-- KEYS[1]: a list of times in microseconds, the oldest first. ARGV: the requests and the period in seconds.
-- Answers {1, 0, 0} if the request passes and is recorded, else {0, recorded, microseconds until the
-- oldest is dropped}. The clock is the server's, so those of the processes do not matter.
local log, limit, period = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local length = redis.call('LLEN', log)

local function at(index)
    return tonumber(redis.call('LINDEX', log, index))
end

if length > 0 then
    -- A clock that was put back stands still, and the list stays in order.
    now = math.max(now, at(-1))
    -- The first that is not expired, found by halving: a long log holds the server up for nobody.
    local low, high = 0, length
    if at(0) > now - period then
        high = 0
    end
    while low < high do
        local middle = math.floor((low + high) / 2)
        if at(middle) <= now - period then
            low = middle + 1
        else
            high = middle
        end
    end
    if low > 0 then
        redis.call('LTRIM', log, low, -1)
        length = length - low
    end
end

if length >= limit then
    return {0, length, length > 0 and period - (now - at(0)) or period}
end
-- `..` would write 14 digits.
redis.call('RPUSH', log, string.format('%.0f', now))
redis.call('PEXPIRE', log, string.format('%.0f', period / 1000))
return {1, 0, 0}
