-- For wrk: posts the bodies of a file in turn. The file: path, number of headers, the headers, then a body a line.
local requests, turn = {}, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  local path, count, headers = lines(), tonumber(lines()), {}
  for _ = 1, count do
    local name, value = lines():match("^([^:]+): (.*)$")
    headers[name] = value
  end
  for body in lines do
    requests[#requests + 1] = wrk.format("POST", path, headers, body)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
