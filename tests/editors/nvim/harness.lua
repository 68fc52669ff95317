-- Cases, waiting and reporting for session.lua.
local M = { passed = 0, failed = 0, notes = {}, cases = {} }

local started = vim.uv.hrtime()

local function say(...)
  io.stdout:write(string.format(...), '\n')
  io.stdout:flush()
end

--- Runs one case and reports it; a later case runs even if this one fails. `rows` are the rows of docs/features.md that it is the test of.
---@param name string
---@param rows string[]
---@param body fun()
function M.case(name, rows, body)
  local start = vim.uv.hrtime()
  M.notes = {}
  local well, problem = xpcall(body, function(message)
    return debug.traceback(tostring(message), 2)
  end)
  local elapsed = (vim.uv.hrtime() - start) / 1e6
  if well then
    M.passed = M.passed + 1
    say('ok      %s (%.0f ms)', name, elapsed)
  else
    M.failed = M.failed + 1
    say('FAILED  %s (%.0f ms)\n        %s', name, elapsed, (problem:gsub('\n', '\n        ')))
  end
  table.insert(M.cases, { name = name, rows = rows, ok = well, ms = math.floor(elapsed) })
  for _, note in ipairs(M.notes) do
    say('        | %s', (note:gsub('\n', '\n        | ')))
  end
end

--- Something seen, to be reported with the case.
function M.note(text)
  table.insert(M.notes, text)
end

-- How long a case waits for one thing, in milliseconds.
local patience = tonumber(vim.env.AMIGOS_TEST_PATIENCE) or 60000

--- Waits until `condition` holds; fails the case when it does not in time.
function M.wait(what, condition)
  local problem
  local well = vim.wait(patience, function()
    local ran, value = pcall(condition)
    problem = not ran and value or nil
    return ran and value
  end, 10)
  assert(well, ('timed out waiting for %s%s'):format(what, problem and ': ' .. problem or ''))
end

--- Gives the server time to say what it says late.
function M.settle()
  vim.wait(1500)
end

--- The line and column (both from 0) where `text` first stands.
function M.find(bufnr, text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      return number - 1, column - 1
    end
  end
  error(('`%s` is not in the buffer'):format(text))
end

--- Copies a folder with all that is in it.
function M.copy(from, to)
  vim.fn.mkdir(to, 'p')
  for name, kind in vim.fs.dir(from) do
    if kind == 'directory' then
      M.copy(from .. '/' .. name, to .. '/' .. name)
    else
      assert(vim.uv.fs_copyfile(from .. '/' .. name, to .. '/' .. name))
    end
  end
end

function M.write(path, text)
  vim.fn.writefile(vim.split(text, '\n'), path)
end

-- A Neovim with the plugin, that keys are typed into as into one on a screen.
local Child = {}
Child.__index = Child

--- Starts one in a folder.
---@param project string
---@param folder string
function M.child(project, folder)
  local command = { vim.v.progpath, '--clean', '--embed', '--headless', '--cmd', 'set rtp^=' .. project .. '/editors/nvim' }
  local channel = vim.fn.jobstart(command, { rpc = true, cwd = folder })
  assert(channel > 0, 'no second Neovim')
  return setmetatable({ channel = channel }, Child)
end

--- Types keys, `<CR>` and the like among them.
function Child:type(keys)
  vim.rpcrequest(self.channel, 'nvim_input', keys)
end

--- Runs Lua there and gives what it returns.
function Child:lua(code, ...)
  local value = vim.rpcrequest(self.channel, 'nvim_exec_lua', code, { ... })
  return value ~= vim.NIL and value or nil
end

--- Ends it, whatever is unsaved.
function Child:stop()
  vim.rpcnotify(self.channel, 'nvim_command', 'qall!')
  vim.fn.jobwait({ self.channel }, 10000)
end

--- A hub with data of its own, that can be stopped and started again at the same address.
---@param amigos string
---@param data string
function M.hub(amigos, data)
  local socket = assert(vim.uv.new_tcp())
  assert(socket:bind('127.0.0.1', 0))
  local port = socket:getsockname().port
  socket:close()
  local hub, process = { url = ('http://127.0.0.1:%d'):format(port) }, nil
  function hub.start()
    process = vim.system({ amigos, 'hub', '--data', data, '--listen', '127.0.0.1:' .. port }, { text = true })
  end
  function hub.stop()
    if process then
      process:kill('sigkill')
      process:wait()
      process = nil
    end
  end
  hub.start()
  return hub
end

--- Leaves `cases.json`, which docs/features.md is made of, prints the closing line and ends Neovim.
function M.finish()
  local version = vim.version()
  local ran = { editor = 'Neovim', version = ('%d.%d.%d'):format(version.major, version.minor, version.patch), cases = M.cases }
  M.write(assert(vim.env.AMIGOS_TEST_OUT) .. '/cases.json', vim.json.encode(ran))
  say('time: %.1f s', (vim.uv.hrtime() - started) / 1e9)
  say('%d passed, %d failed', M.passed, M.failed)
  os.exit(M.failed == 0 and 0 or 1)
end

return M
