-- What wrk sends, and the line that tests/bench/load.py reads. Arguments are name=value:
--   token=FILE   the bearer token of every request
--   paths=FILE   one path a line, taken at random, instead of the one of the command line
--   body=FILE    a POST of these bytes; twelve @ in it become twelve digits, other ones each time
--   share=N      with paths and body: N of 100 requests are the POST, to the path of the command line
local function bytes_of(name)
  local file = assert(io.open(name, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function poster()
  local whole = wrk.format("POST", wrk.path, wrk.headers, wrk.body)
  local before, after = whole:match("^(.*)@@@@@@@@@@@@(.*)$")
  if not before then return function() return whole end end
  return function()
    return before .. string.format("%06d%06d", math.random(0, 999999), math.random(0, 999999)) .. after
  end
end

local function getter(name)
  local paths = {}
  for path in io.lines(name) do paths[#paths + 1] = path end
  -- Formatting each request would cost wrk more than sending it.
  local before, after = wrk.format("GET", "/@path@", wrk.headers):match("^(.*)/@path@(.*)$")
  return function() return before .. paths[math.random(#paths)] .. after end
end

function init(arguments)
  local given = {}
  for _, argument in ipairs(arguments) do
    local name, value = argument:match("^(%w+)=(.*)$")
    given[name] = value
  end
  math.randomseed(os.time() * 16 + number)
  if given.token then wrk.headers["Authorization"] = "Bearer " .. bytes_of(given.token) end
  local get = given.paths and getter(given.paths)
  local post
  if given.body then
    wrk.method, wrk.body = "POST", bytes_of(given.body)
    wrk.headers["Content-Type"] = "application/json"
    post = poster()
  end
  if get and post then
    local share = tonumber(given.share)
    request = function()
      if math.random(100) <= share then return post() end
      return get()
    end
  else
    request = get or post  -- neither: wrk repeats one request
  end
end

function done(summary, latency)
  local e = summary.errors
  local errors = string.format('{"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}', e.connect, e.read,
    e.write, e.status, e.timeout)
  io.write(string.format('\nfigures {"requests": %d, "seconds": %.6f, "errors": %s, "p50_us": %d, "p99_us": %d}\n',
    summary.requests, summary.duration / 1e6, errors, latency:percentile(50), latency:percentile(99)))
end
