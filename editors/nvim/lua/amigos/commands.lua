-- `:Amigos {sub}`: each subcommand is an entry with what it does, its completion and its function.
local amigos = require('amigos')
local live = require('amigos.live')

local M = {}

--- Splits `"a b", 42, []string{"c"}` at the commas and spaces that stand outside quotes and brackets.
---@param text string
---@return string[]
function M.split_literals(text)
  local parts, current, depth, quote = {}, '', 0, nil
  local i = 1
  while i <= #text do
    local c = text:sub(i, i)
    if quote then
      current = current .. c
      if c == '\\' and quote ~= '`' then
        i = i + 1
        current = current .. text:sub(i, i)
      elseif c == quote then
        quote = nil
      end
    elseif depth == 0 and c:match('[%s,]') then
      if current ~= '' then
        table.insert(parts, current)
        current = ''
      end
    else
      current = current .. c
      if c:match('["\'`]') then
        quote = c
      elseif c:match('[%[{(]') then
        depth = depth + 1
      elseif c:match('[%]})]') then
        depth = depth - 1
      end
    end
    i = i + 1
  end
  if current ~= '' then
    table.insert(parts, current)
  end
  return parts
end

-- The call of the simulation lens at or above the cursor; asks when there are several on its line.
local function choose_call(prompt, use)
  live.with_lenses('amigos.simulate', nil, function(found)
    if #found == 0 then
      vim.notify('amigos: no function to simulate at or above the cursor', vim.log.levels.WARN)
    elseif #found == 1 then
      use(found[1])
    else
      vim.ui.select(found, {
        prompt = prompt,
        format_item = function(command)
          return command.title
        end,
      }, function(command)
        if command then
          use(command)
        end
      end)
    end
  end)
end

-- `F("x", 1)` or `F "x" 1` as the argument of the server's commands about a call.
local function call_of(rest)
  local name, arguments = rest:match('^([%w_%.]+)%s*%((.*)%)%s*$')
  if not name then
    name, arguments = rest:match('^(%S+)%s*(.*)$')
  end
  return { uri = vim.uri_from_bufnr(0), ['function'] = name, args = M.split_literals(arguments), from = 'alice' }
end

local function simulate(rest)
  if rest == '' then
    return choose_call('simulate', function(command)
      vim.lsp.commands['amigos.simulate'](command, {})
    end)
  end
  vim.lsp.commands['amigos.simulate']({ command = 'amigos.simulate', arguments = { call_of(rest) } }, {})
end

local function state(rest)
  local package, path = rest:match('^(%S*)%s*(.*)$')
  vim.lsp.commands['amigos.state']({
    command = 'amigos.state',
    arguments = { { package = package ~= '' and package or nil, path = path, uri = vim.uri_from_bufnr(0) } },
  }, {})
end

-- A command of the server about the package of this buffer; its text is shown.
local function of_package(name, title, more)
  return function(rest)
    local argument = vim.tbl_extend('force', { uri = vim.uri_from_bufnr(0) }, more and more(rest) or {})
    amigos.execute(name, { argument }, function(result)
      amigos.act_on(result, title)
    end)
  end
end

-- Runs the binary in a window below: what needs a key, or prints for longer.
local function in_terminal(words, directory)
  local server, origin = require('amigos.config').server()
  if not server then
    return vim.notify('amigos: ' .. require('amigos.config').no_server(origin), vim.log.levels.ERROR)
  end
  local command = vim.list_extend({ server }, words)
  vim.cmd('botright 15new')
  vim.fn.jobstart(command, { term = true, cwd = directory or vim.fn.getcwd() })
end

local function folder()
  return vim.fs.dirname(vim.api.nvim_buf_get_name(0))
end

local function explain(rest)
  local code = rest
  if code == '' then
    local line = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, diagnostic in ipairs(vim.diagnostic.get(0, { lnum = line })) do
      code = diagnostic.code and tostring(diagnostic.code) or code
    end
  end
  if code == '' then
    return vim.notify('amigos: no finding on this line; `:Amigos explain CODE` explains one by its code', vim.log.levels.WARN)
  end
  local server, origin = require('amigos.config').server()
  if not server then
    return vim.notify('amigos: ' .. require('amigos.config').no_server(origin), vim.log.levels.ERROR)
  end
  vim.system({ server, 'explain', code }, { text = true }, vim.schedule_wrap(function(result)
    amigos.show(result.code == 0 and result.stdout or vim.trim(result.stderr), code)
  end))
end

local function save_test(rest)
  if rest ~= '' then
    return live.save_test(call_of(rest))
  end
  choose_call('save as test', function(command)
    live.save_test(command.arguments[1])
  end)
end

local function complete_functions()
  local names = {}
  for _, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    table.insert(names, line:match('^func (%u[%w_]*)%('))
  end
  return names
end

---@type table<string, { does: string, run: fun(rest: string), complete?: fun(): string[] }>
M.subcommands = {
  simulate = {
    does = 'simulate a call on live state: the function at the cursor, or NAME and its arguments',
    run = simulate,
    complete = complete_functions,
  },
  state = { does = 'show live state: of this package, or PACKAGE [PATH]', run = state },
  network = { does = 'choose the network, or switch to NAME or a URL', run = live.network, complete = live.networks },
  height = {
    does = 'look at an earlier height, NUMBER, or at the `newest` again',
    run = live.height,
    complete = function()
      return { 'newest' }
    end,
  },
  scenario = {
    does = 'run the examples of a doc comment together: at the cursor, or of NAME',
    run = live.scenario,
    complete = complete_functions,
  },
  ['save-test'] = {
    does = 'save a call, NAME and its arguments or the one at the cursor, as a test with the state that it read',
    run = save_test,
    complete = complete_functions,
  },
  replay = { does = 'run the last calls of this package, or the last NUMBER, on the code as it stands here', run = live.replay },
  watch = {
    does = 'watch VARIABLE of this package; without it open or close the watch list',
    run = function(rest)
      require('amigos.watch').watch(rest)
    end,
    complete = function()
      return require('amigos.watch').variables()
    end,
  },
  unwatch = {
    does = 'take VARIABLE off the watch list',
    run = function(rest)
      require('amigos.watch').unwatch(rest)
    end,
    complete = function()
      return require('amigos.watch').watched()
    end,
  },
  check = {
    does = 'put the findings of all files of the workspace into the quickfix list',
    run = function()
      require('amigos.asked').check()
    end,
  },
  hint = {
    does = 'say more of the hints of this line',
    run = function()
      require('amigos.asked').hint()
    end,
  },
  move = {
    does = 'move this file to PATH, with its package clause',
    run = function(rest)
      require('amigos.files').move(rest)
    end,
    complete = function()
      return vim.fn.getcompletion('', 'dir')
    end,
  },
  gas = { does = 'show the gas bounds of this package', run = of_package('amigos.gas', 'gas') },
  render = {
    does = 'show the page of this package, or of PATH in it',
    run = of_package('amigos.render', 'render', function(rest)
      return { path = rest }
    end),
  },
  trace = {
    does = 'simulate NAME and its arguments and show what each line cost, until the buffer is edited; without NAME take that away',
    run = function(rest)
      if rest == '' then
        return require('amigos.lines').clear()
      end
      amigos.execute('amigos.trace', { call_of(rest) }, function(result)
        require('amigos.lines').show(result.lines or {})
        amigos.act_on(result, 'trace')
      end)
    end,
    complete = complete_functions,
  },
  coverage = {
    does = 'run the tests of this package and show what each line cost, and which were not reached',
    run = function(rest)
      require('amigos.tests').run(rest, nil, true)
    end,
    complete = function()
      return require('amigos.tests').names()
    end,
  },
  commit = {
    does = 'send a call, NAME and its arguments: `amigos keys` asks, signs and sends in a terminal',
    run = function(rest)
      if rest == '' then
        return vim.notify('amigos: `:Amigos commit NAME ARGUMENTS`', vim.log.levels.WARN)
      end
      amigos.execute('amigos.commit', { call_of(rest) }, function(result)
        local file = vim.fn.tempname() .. '.json'
        vim.fn.writefile({ vim.json.encode(result.transaction) }, file)
        in_terminal({ 'keys', 'sign', file }, folder())
      end)
    end,
    complete = complete_functions,
  },
  test = {
    does = 'run the tests of this package, or those named NAME; failures become diagnostics and the quickfix list',
    run = function(rest)
      require('amigos.tests').run(rest)
    end,
    complete = function()
      return require('amigos.tests').names()
    end,
  },
  deploy = { does = 'deploy this package, in a terminal', run = of_package('amigos.deploy', 'deploy') },
  new = {
    does = 'make a contract in the folder PATH',
    run = function(rest)
      if rest == '' then
        return vim.notify('amigos: `:Amigos new PATH`', vim.log.levels.WARN)
      end
      in_terminal({ 'new', rest })
    end,
  },
  explain = { does = 'explain the finding on this line, or CODE', run = explain },
  doctor = {
    does = 'say what is found and what is missing',
    run = function()
      in_terminal({ 'doctor' }, folder())
    end,
  },
  restart = {
    does = 'restart the server',
    run = function()
      amigos.restart()
    end,
  },
  log = {
    does = "open Neovim's log of language servers",
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    end,
  },
  status = {
    does = 'show the network, its height and the health of the server',
    run = function()
      local text = amigos.statusline()
      local message = amigos.status and amigos.status.message
      vim.notify(text == '' and 'amigos: no status yet' or text .. (message and '\n' .. message or ''))
    end,
  },
  health = {
    does = 'check the installation',
    run = function()
      vim.cmd.checkhealth('amigos')
    end,
  },
  help = {
    does = 'open the help page',
    run = function()
      vim.cmd.help('amigos')
    end,
  },
}

local function names()
  local list = vim.tbl_keys(M.subcommands)
  table.sort(list)
  return list
end

---@param opts { args: string }
function M.run(opts)
  local name, rest = vim.trim(opts.args):match('^(%S*)%s*(.*)$')
  local subcommand = M.subcommands[name]
  if subcommand then
    return subcommand.run(rest)
  end
  if name == '' then
    local lines = {}
    for _, known in ipairs(names()) do
      table.insert(lines, (':Amigos %-10s %s'):format(known, M.subcommands[known].does))
    end
    return amigos.show(table.concat(lines, '\n'), ':Amigos')
  end
  vim.notify(('amigos: unknown subcommand `%s`; there are %s'):format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
end

---@param lead string
---@param line string
---@param position integer
---@return string[]
function M.complete(lead, line, position)
  local before = line:sub(1, position)
  local name = before:match('^%s*%S+%s+(%S+)%s')
  local candidates
  if name then
    local subcommand = M.subcommands[name]
    candidates = subcommand and subcommand.complete and subcommand.complete() or {}
  else
    candidates = names()
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead)
  end, candidates)
end

return M
