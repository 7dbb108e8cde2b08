-- What a script of a ResourceInterpreterCustomization finds in its world, and how it is run.
--
-- Follows pkg/resourceinterpreter/customized/declarative/luavm and pkg/util/lifted/lua. The chunk takes what
-- Python lends (`host`, functions that never raise) and returns the function that runs a script. Nothing of
-- `host` itself is ever in a script's hands.

local host = ...

local clock, getinfo, sethook, compile = os.clock, debug.getinfo, debug.sethook, load
local byte, format, gsub, rep = string.byte, string.format, string.gsub, string.rep
local concat, pack, unpack = table.concat, table.pack, table.unpack
local error, next, pcall, select, tonumber, type = error, next, pcall, select, tonumber, type
local floor, huge = math.floor, math.huge

local SCRIPT = "=<string>"   -- what its chunk is called
local SECONDS = 1           -- of CPU for one script
local STEP = 1000           -- instructions between two looks at the clock
local LONGEST = 1000000     -- of a string that the string library takes

-- Numbers as Go prints them: whole ones without an exponent.

local function whole(number)
  return number == floor(number) and number > -2 ^ 63 and number < 2 ^ 63
end

local function digits(number)
  if whole(number) then return format("%.0f", number) end
  for precision = 15, 17 do
    local text = format("%." .. precision .. "g", number)
    if tonumber(text) == number then return text end
  end
  return format("%.17g", number)
end

-- JSON of a result: a table is an object, or an array where it is empty or has the keys 1 to n.

local JSON = "json: error calling MarshalJSON for type json.jsonValue: "

local function unencodable(why, depth)
  error("encode lua result to json failed: " .. rep(JSON, depth) .. why, 0)
end

local function quoted(text)
  return '"' .. gsub(text, '[%c"\\]', function(c) return format("\\u%04x", byte(c)) end) .. '"'
end

local encode

local function encode_array(value, visited, depth)
  local count, parts = 0, {}
  for key in next, value do
    if type(key) ~= "number" then unencodable("cannot encode mixed or invalid key types", depth) end
    count = count + 1
  end
  for index = 1, count do
    if value[index] == nil then unencodable("cannot encode sparse array", depth) end
    parts[index] = encode(value[index], visited, depth + 1)
  end
  return "[" .. concat(parts, ",") .. "]"
end

local function encode_object(value, visited, depth)
  local parts = {}
  for key, item in next, value do
    if type(key) ~= "string" then unencodable("cannot encode mixed or invalid key types", depth) end
    parts[#parts + 1] = quoted(key) .. ":" .. encode(item, visited, depth + 1)
  end
  return "{" .. concat(parts, ",") .. "}"
end

function encode(value, visited, depth)
  local kind = type(value)
  if kind == "string" then return quoted(value) end
  if kind == "boolean" then return value and "true" or "false" end
  if kind == "number" then
    if value ~= value then unencodable("json: unsupported value: NaN", depth) end
    if value == huge then unencodable("json: unsupported value: +Inf", depth) end
    if value == -huge then unencodable("json: unsupported value: -Inf", depth) end
    return digits(value)
  end
  if kind ~= "table" then unencodable("cannot encode " .. kind .. " to JSON", depth) end
  if visited[value] then unencodable("cannot encode recursively nested tables to JSON", depth) end
  visited[value] = true
  local first = next(value)
  if first == nil then return "[]" end
  if type(first) == "number" then return encode_array(value, visited, depth) end
  return encode_object(value, visited, depth)
end

-- The library `kube`: Python does the sums.

local function answered(answer, complaint)
  if complaint then error(complaint, 0) end
  return answer
end

local function bad_argument(at, name, wanted, found)
  error(format("bad argument #%d to %s (%s expected, got %s)", at, name, wanted, type(found)), 3)
end

local kube = {}

function kube.resourceAdd(...)
  local amounts = pack(...)
  for at = 1, amounts.n do
    local kind = type(amounts[at])
    if kind ~= "string" and kind ~= "nil" then bad_argument(at, "resourceAdd", "string", amounts[at]) end
    amounts[at] = amounts[at] or "0"
  end
  return answered(host.add(unpack(amounts, 1, amounts.n)))
end

function kube.getResourceQuantity(...)
  if select("#", ...) ~= 1 then error("getResourceQuantity only accepts one argument", 2) end
  local amount = ...
  local kind = type(amount)
  if kind ~= "string" and kind ~= "nil" then bad_argument(1, "getResourceQuantity", "string", amount) end
  return answered(host.quantity(amount or "0"))
end

function kube.accuratePodRequirements(...)
  if select("#", ...) ~= 1 then error("getPodRequirements only accepts one argument", 2) end
  local pod = ...
  if type(pod) ~= "table" then bad_argument(1, "accuratePodRequirements", "table", pod) end
  return answered(host.requirements(encode(pod, {}, 1)))
end

function kube.getPodDependencies(...)
  if select("#", ...) ~= 2 then error("getPodDependencies only accepts two argument", 2) end
  local template, namespace = ...
  if type(template) ~= "table" then bad_argument(1, "getPodDependencies", "table", template) end
  local kind = type(namespace)
  if kind == "number" then namespace = digits(namespace)
  elseif kind ~= "string" and kind ~= "nil" then bad_argument(2, "getPodDependencies", "string", namespace) end
  return answered(host.dependencies(encode(template, {}, 1), namespace or "default"))
end

-- The libraries that are left, and what is left of them.

local function keep(library, names)
  local kept = {}
  for name in names:gmatch("%w+") do kept[name] = library[name] end
  return kept
end

local function checked(name, original)
  return function(...)
    for at = 1, 2 do
      local text = select(at, ...)
      if type(text) == "string" and #text > LONGEST then
        error(format("string length %d exceeds the maximum allowed input string length %d in Karmada lua " ..
          "string lib, please check your lua script.", #text, LONGEST), 2)
      end
    end
    return original(...)
  end
end

local function unsupported(name)
  return function()
    error(format("The Lua function string.%s is not supported by Karmada. If you believe this function is " ..
      "essential for your use case, please submit an issue to let us know why you need it.", name), 2)
  end
end

-- Methods of strings are looked up in this very table, so it is changed and not replaced.
for name in ("byte find format gmatch lower match reverse sub upper"):gmatch("%a+") do
  string[name] = checked(name, string[name])
end
string.gfind = string.gmatch
for name in ("dump gsub rep"):gmatch("%a+") do string[name] = unsupported(name) end

local tables = keep(table, "concat insert remove sort")
function tables.getn(list) return #list end
function tables.maxn(list)
  local most = 0
  for key in next, list do
    if type(key) == "number" and key > most then most = key end
  end
  return most
end

local maths = keep(math, "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log " ..
  "max min modf pi pow rad random randomseed sin sinh sqrt tan tanh")
maths.mod, maths.huge = math.fmod, 1.7976931348623157e308
function maths.log10(number) return math.log(number, 10) end

local dates = {}
function dates.time(fields)
  if fields == nil then return host.now() end
  if type(fields) ~= "table" then bad_argument(1, "time", "table", fields) end
  local function at(name, default) return tonumber(fields[name]) or default end
  return host.moment(at("year", -1), at("month", -1), at("day", -1), at("hour", 12), at("min", 0), at("sec", 0))
end
function dates.date(text, seconds) return host.date(text or "%c", seconds) end

local function no_loadlib() error("loadlib is not supported", 2) end

local tostring_ = tostring
local world = keep(_G, "assert error ipairs next pairs pcall select tonumber type")
world._VERSION, world.unpack = "Lua 5.1", unpack
world.string, world.table, world.math, world.os = string, tables, maths, dates
world.package = { preload = { kube = function() return kube end }, loaded = {}, loadlib = no_loadlib }
for name in ("string table math os"):gmatch("%a+") do world.package.loaded[name] = world[name] end

function world.tostring(value)
  return type(value) == "number" and digits(value) or tostring_(value)
end

-- Lua's own runs the handler where the error arose, and inside of a hook nothing could interrupt it.
function world.xpcall(called, handler)
  local found = pack(pcall(called))
  if found[1] then return unpack(found, 1, found.n) end
  return false, handler(found[2])
end

function world.print(...)
  local words = pack(...)
  for at = 1, words.n do words[at] = world.tostring(words[at]) end
  host.say(concat(words, "\t"))
end

function world.require(name)
  local loaded = world.package.loaded
  if loaded[name] ~= nil then return loaded[name] end
  local loader = world.package.preload[name]
  if loader == nil then
    error(format("module %s not found:\n\tno field package.preload['%s'], ", name, name), 2)
  end
  local made = loader(name)
  loaded[name] = made == nil and true or made
  return loaded[name]
end

for name in ("collectgarbage dofile getfenv getmetatable load loadfile loadstring rawequal rawget rawset " ..
    "setfenv setmetatable module newproxy"):gmatch("%a+") do
  world[name] = function()
    error("<string>:1: call function " .. name ..
      " is not supported in karmada customized resourceinterpreter.", 0)
  end
end

local globals = _G
for name in next, globals do globals[name] = nil end
for name, value in next, world do globals[name] = value end
globals._G = globals

-- Running.

-- Only a script is interrupted, and whoever catches the error gets another at its next instruction.
local function too_long()
  if getinfo(2, "S").source == SCRIPT then error("context deadline exceeded", 2) end
end

local function limit()
  local deadline = clock() + SECONDS
  sethook(function()
    if clock() > deadline then sethook(too_long, "", 1) end
  end, "", STEP)
end

local function complained(why)
  return false, type(why) == "string" and why or world.tostring(why)
end

-- Returns true and, for each of `count` results, its type and its value (a table as JSON); or false and why.
return function(script, name, count, ...)
  local chunk, why = compile(script, SCRIPT, "t")
  if not chunk then return complained(why) end
  limit()
  local ran, complaint = pcall(chunk)
  if not ran then return complained(complaint) end
  local called = globals[name]
  if called == nil then return complained("not found function " .. name) end
  if type(called) ~= "function" then return complained(name .. " is not a function: " .. type(called)) end
  local found = pack(pcall(called, ...))
  if not found[1] then return complained(found[2]) end
  local results = { true }
  for at = 2, count + 1 do
    local value = found[at]
    local kind = type(value)
    results[#results + 1] = kind
    if kind == "table" then
      local fine, text = pcall(encode, value, {}, 1)
      if not fine then return complained(text) end
      value = text
    elseif kind ~= "number" and kind ~= "boolean" then
      value = false
    end
    results[#results + 1] = value
  end
  sethook()
  return unpack(results)
end
