-- What the plugin shows of the chain's past, of other networks and of what is asked for: `nvim --clean --headless -l chain.lua`, from the project's root.
-- The environment is that of session.lua. docs/features.md names these cases. What is typed is typed into a second Neovim, which this one starts.

local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p'))
local project = vim.fs.normalize(here .. '/../../..')
package.path = here .. '/?.lua;' .. package.path
local t = require('harness')

local out = assert(vim.env.AMIGOS_TEST_OUT, 'AMIGOS_TEST_OUT is not set')
local amigos = assert(vim.env.AMIGOS_SERVER, 'AMIGOS_SERVER is not set')
local folder = out .. '/notes'
t.copy(project .. '/tests/editors/notes', folder)

-- a network of its own, besides the local one
local own = t.hub(amigos, out .. '/own-chain')
local manifest = folder .. '/elsewhere/amigos.toml'
t.write(manifest, table.concat(vim.fn.readfile(manifest), '\n') .. ('\n\n[network]\nname = "own"\nrpc = "%s"\n'):format(own.url))

local function run(...)
  local result = vim.system({ amigos, ... }, { text = true, cwd = folder, timeout = 60000 }):wait()
  assert(result.code == 0, result.stderr .. result.stdout)
end
run('deploy', '.', '--network', 'local')
local add = { 'call', 'hub.amigos.dev/test/notes.Add', '"a"', '--from', 'bob', '--commit', '--network', 'local' }
run(unpack(add))

local nvim = t.child(project, folder)
nvim:lua([[
  require('amigos').setup({ network = 'local' })
  vim.o.swapfile = false
  vim.o.lines, vim.o.columns = 40, 120
  notices = {}
  vim.notify = function(text) table.insert(notices, text) end
  function result()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local shown = vim.api.nvim_win_get_buf(window)
      if vim.bo[shown].filetype == 'amigos-result' then
        return table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n')
      end
    end
  end
  function chosen(part)
    vim.ui.select = function(items, options, choose)
      offered = vim.tbl_map(options.format_item, items)
      for index, item in ipairs(items) do
        if offered[index]:find(part, 1, true) then return choose(item) end
      end
    end
  end
  function notice(part)
    for _, text in ipairs(notices) do
      if text:find(part, 1, true) then return text end
    end
  end
]])

local function text()
  return nvim:lua([[return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')]])
end

local function line_of(wanted)
  return nvim:lua(
    [[
    for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      if line:find(..., 1, true) then return number end
    end]],
    wanted
  )
end

local function edit(name)
  nvim:type('<Esc>:edit ' .. folder .. '/' .. name .. '<CR>')
  t.wait(name .. ' with a server', function()
    return nvim:lua([[return vim.api.nvim_buf_get_name(0):find(..., 1, true) and #require('amigos').clients(0) == 1]], name)
  end)
end

local function go_to(wanted)
  nvim:lua([[vim.fn.cursor(1, 1) vim.fn.search('\\V' .. ..., 'cW')]], wanted)
end

-- Types a command and waits for what comes of it; what was there before is closed.
local function shows(command, wanted)
  nvim:lua([[notices = {}]])
  nvim:type('<Esc>:' .. command .. '<CR>')
  local shown
  t.wait('the result of `' .. command .. '`', function()
    shown = nvim:lua([[return result()]])
    return type(shown) == 'string' and shown:find(wanted)
  end)
  t.note(shown)
  nvim:type('q')
  t.wait('the end of the window', function()
    return nvim:lua([[return result() == nil]])
  end)
  return shown
end

local function status()
  return nvim:lua([[return require('amigos').statusline()]])
end

local function height()
  return nvim:lua([[return require('amigos').status and require('amigos').status.height or 0]])
end

local function hover(wanted, pattern)
  local shown
  go_to(wanted)
  t.wait('the hover over ' .. wanted, function()
    shown = nvim:lua([[
      local params = vim.lsp.util.make_position_params(0, 'utf-8')
      local answer = require('amigos').clients(0)[1]:request_sync('textDocument/hover', params, 20000, 0)
      local result = answer and answer.result
      return type(result) == 'table' and result.contents.value or '']])
    return shown:find(pattern)
  end)
  return shown
end

t.case('a package with a past opens', {}, function()
  edit('notes.go')
  t.wait('a height', function()
    return height() > 0
  end)
end)

t.case(':Amigos scenario runs the examples of a comment together', { 'scenarios' }, function()
  go_to('func Add(')
  local shown = shows('Amigos scenario', '3 calls · gas ')
  assert(shown:find('1  notes.Add("first")', 1, true) and shown:find('2  notes.Add("second")', 1, true), 'it does not name the calls')
  assert(shown:find('→ 3', 1, true), 'the third call does not see what the first two left')
  assert(vim.tbl_contains(nvim:lua([[return vim.fn.getcompletion('Amigos scenario ', 'cmdline')]]), 'Add'))
end)

t.case('a watched variable stands in a window, and says what changed', { 'changes since the last look, watch list' }, function()
  hover('Notes []Note', '1 item')
  nvim:type('<Esc>:Amigos watch No<Tab><CR>')
  local function watched()
    return nvim:lua([[
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        local shown = vim.api.nvim_win_get_buf(window)
        if vim.bo[shown].filetype == 'amigos-watch' then return table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n') end
      end
      return '']])
  end
  t.wait('the variable', function()
    return watched():find('Notes  1 item')
  end)
  run(unpack(add))
  t.wait('the change', function()
    return watched():find('Notes  2 items.*%+1 item')
  end)
  t.note(watched())
  local shown = hover('Notes []Note', 'changed since you last looked: %+1 item')
  t.note(shown)
  nvim:type('<Esc>:Amigos unwatch Notes<CR>')
  t.wait('an empty list', function()
    return watched() == ''
  end)
end)

t.case(':Amigos height looks back, and comes back', { 'values and simulations at an earlier height' }, function()
  local newest = height()
  local then_ = newest - 1
  nvim:type('<Esc>:Amigos height ' .. then_ .. '<CR>')
  t.wait('the status line', function()
    return status():find(('%d of %d'):format(then_, newest), 1, true)
  end)
  t.note(status())
  local shown = hover('Notes []Note', 'looking back')
  assert(shown:find('1 item', 1, true), shown)
  shows('Amigos state', 'height ' .. then_)
  shown = shows('Amigos simulate Count()', '→ 1')
  assert(shown:find('height ' .. then_, 1, true), 'the simulation is at another height')
  nvim:lua([[notices = {} chosen('newest')]])
  nvim:type('<Esc>:Amigos height<CR>')
  t.wait('the newest', function()
    return not status():find(' of ', 1, true) and nvim:lua([[return notice('the newest height') ~= nil]])
  end)
  hover('Notes []Note', '2 items')
  nvim:type('<Esc>:Amigos height ' .. (newest + 1000) .. '<CR>')
  t.wait('what is wrong with a height to come', function()
    return nvim:lua([[return notice('is not here yet') ~= nil]])
  end)
end)

t.case(':Amigos save-test writes a test that runs', { 'a simulation saved as a test' }, function()
  nvim:lua([[notices = {}]])
  nvim:type('<Esc>:Amigos save-test Add("saved")<CR>')
  t.wait('the test', function()
    return nvim:lua([[return vim.api.nvim_buf_get_name(0)]]):find('notes_simulated_test.go', 1, true)
  end)
  local name = text():match('func (TestAddAt%d+)%(')
  assert(name and text():find('//amigos:slice testdata/', 1, true), text())
  assert(not nvim:lua([[return vim.bo.modified]]), 'it is not written')
  t.note(nvim:lua([[return notice('records of state')]]))
  nvim:lua([[notices = {}]])
  nvim:type('<Esc>:Amigos test ' .. name .. '<CR>')
  t.wait('its verdict', function()
    return nvim:lua([[return notice('1 passed, 0 failed') ~= nil]])
  end)
  nvim:type('<Esc>:close<CR>')
end)

t.case('failures are diagnostics with what was expected, until the text changes', { 'snippets, coverage, failures as diagnostics' }, function()
  edit('notes_test.go')
  nvim:lua([[notices = {}]])
  nvim:type('<Esc>:Amigos coverage<CR>')
  t.wait('the verdicts', function()
    -- two tests, the saved one and a snippet
    return nvim:lua([[return notice('3 passed, 1 failed') ~= nil]])
  end)
  local function failures()
    return nvim:lua([[
      return vim.tbl_map(function(one) return (one.lnum + 1) .. ': ' .. one.message end, vim.diagnostic.get(vim.fn.bufnr('notes_test.go$')))]])
  end
  t.wait('the diagnostic', function()
    local found = failures()
    return #found == 1 and found[1]:find('^13: .*got 1, want 2')
  end)
  t.note(failures()[1])
  assert(nvim:lua([[return #vim.fn.getqflist()]]) == 1, 'the list has not the one failure')
  nvim:type('<Esc>:cclose<CR>')
  edit('notes_test.go')
  nvim:type('ggO// another text<Esc>')
  t.wait('no diagnostic', function()
    return #failures() == 0
  end)
  nvim:type(':silent edit!<CR>')
end)

t.case(':Amigos replay runs past calls on the edited code', { 'the calls of the past on edited code' }, function()
  edit('notes.go')
  shows('Amigos replay', '2 same')
  go_to('if text == ""')
  nvim:type('<Esc>:s/""/"a"/<CR>')
  local shown = shows('Amigos replay 1', '1 breaks')
  assert(shown:find('a note needs text', 1, true), 'it does not say why')
  nvim:type('<Esc>:silent edit!<CR>')
end)

t.case('networks are chosen by whether they are there, and one comes back', { 'several networks, a hub that comes back' }, function()
  local function networks()
    nvim:lua([[offered = nil chosen('nothing of this name')]])
    nvim:type('<Esc>:Amigos network<CR>')
    t.wait('the networks', function()
      return type(nvim:lua([[return offered]])) == 'table'
    end)
    return table.concat(nvim:lua([[return offered]]), '\n')
  end
  local shown = networks()
  assert(shown:find('%* local  online, height') and shown:find('own  online, height'), shown)
  nvim:type('<Esc>:Amigos network own<CR>')
  t.wait('the other network', function()
    return status():find('amigos · own %d+')
  end)
  own.stop()
  t.wait('that it is away', function()
    return status():find('own .*%(offline%)')
  end)
  t.note(status())
  shown = networks()
  assert(shown:find('%* own  away') and shown:find('local  online'), shown)
  own.start()
  t.wait('that it is back', function()
    return status():find('amigos · own %d+') and not status():find('offline', 1, true)
  end)
  nvim:type('<Esc>:Amigos network local<CR>')
  t.wait('the first network', function()
    return status():find('amigos · local %d+')
  end)
  hover('Notes []Note', '2 items')
end)

t.case('a new file gets its package clause, and a moved one that of its folder', { 'files that move or are new' }, function()
  edit('fresh.go')
  t.wait('the clause', function()
    return text():find('^package notes')
  end)
  nvim:type('<Esc>:silent write<CR>')
  edit('extra.go')
  nvim:type('<Esc>:Amigos move elsewhere<CR>')
  t.wait('the file in its place', function()
    return nvim:lua([[return vim.api.nvim_buf_get_name(0)]]):find('elsewhere/extra.go', 1, true)
  end)
  assert(text():find('^package elsewhere'), text())
  t.wait('it on the disk', function()
    return vim.fn.readfile(folder .. '/elsewhere/extra.go')[1] == 'package elsewhere' and vim.fn.filereadable(folder .. '/extra.go') == 0
  end)
end)

t.case('the manifest is completed and explained', { 'the manifest' }, function()
  nvim:type('<Esc>:edit ' .. folder .. '/amigos.toml<CR>')
  t.wait('a server', function()
    return nvim:lua([[return vim.bo.filetype == 'toml' and #require('amigos').clients(0) == 1]])
  end)
  nvim:type('<Esc>Go[network]<CR>rp')
  t.wait('the completion', function()
    if nvim:lua([[return vim.fn.pumvisible()]]) == 0 then
      nvim:type('<C-x><C-o>')
      nvim:lua([[vim.wait(50)]])
    end
    return vim.tbl_contains(nvim:lua([[return vim.tbl_map(function(item) return item.abbr ~= '' and item.abbr or item.word end, vim.fn.complete_info({ 'items' }).items)]]), 'rpc')
  end)
  nvim:type('<C-e><Esc>:silent edit!<CR>')
  local shown = hover('path = ', 'import path')
  t.note(shown)
end)

t.case('errors come when Neovim asks for them, and those of all files by :Amigos check', { 'errors when asked' }, function()
  edit('notes.go')
  nvim:lua([[
    require('amigos').setup({ network = 'local', diagnostics = { pull = true } })
    before = require('amigos').clients(0)[1].id]])
  nvim:type('<Esc>:Amigos restart<CR>')
  t.wait('a server that is asked', function()
    return nvim:lua([[
      local client = require('amigos').clients(0)[1]
      return client ~= nil and client.id ~= before and client.initialized and client.server_capabilities.diagnosticProvider ~= nil]])
  end)
  go_to('longest := 0')
  nvim:type('A + wrong<Esc>')
  local found
  t.wait('the error', function()
    found = nvim:lua([[
      local client = require('amigos').clients(0)[1]
      return vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(0, { namespace = vim.lsp.diagnostic.get_namespace(client.id, true) }))]])
    return table.concat(found, '\n'):find('undefined: wrong', 1, true)
  end)
  t.note(table.concat(found, '\n'))
  nvim:type('u')
  t.wait('no error', function()
    return nvim:lua([[return #vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR })]]) == 0
  end)
  -- in a file that nobody opened
  t.write(folder .. '/elsewhere/unopened.go', 'package elsewhere\n\nvar Wrong int = "text"\n')
  local list
  t.wait('the list', function()
    nvim:lua([[notices = {}]])
    nvim:type('<Esc>:Amigos check<CR>')
    t.wait('an answer', function()
      return nvim:lua([[return notice('in the workspace') ~= nil]])
    end)
    list = nvim:lua([[return vim.tbl_map(function(one) return one.text end, vim.fn.getqflist())]])
    return table.concat(list, '\n'):find('cannot use "text"', 1, true)
  end)
  vim.fn.delete(folder .. '/elsewhere/unopened.go')
  t.note(table.concat(list, '\n'))
  nvim:type('<Esc>:cclose<CR>')
end)

t.case('a completion is taken with its import', { 'items, hints and edits sent when looked at', 'completion' }, function()
  edit('notes.go')
  nvim:lua([[
    vim.o.completeopt = 'menuone,noinsert,popup'
    local client = require('amigos').clients(0)[1]
    vim.lsp.completion.enable(true, client.id, 0, {})]])
  go_to('longest := 0')
  nvim:type('o_ = strings.Repea')
  t.wait('the menu', function()
    if nvim:lua([[return vim.fn.pumvisible()]]) == 0 then
      nvim:type('<C-x><C-o>')
      nvim:lua([[vim.wait(100)]])
    end
    return nvim:lua([[return vim.fn.pumvisible()]]) == 1
  end)
  nvim:type('<C-y>')
  t.wait('the call and the import', function()
    return text():find('strings.Repeat(', 1, true) and text():find('\t"strings"\n', 1, true)
  end)
  t.note(text())
  nvim:type('<Esc><Esc>:silent edit!<CR>')
end)

t.case('documentation of a completion and of a hint come when they are looked at', { 'items, hints and edits sent when looked at' }, function()
  edit('notes.go')
  nvim:lua([[
    vim.o.completeopt = 'menuone,noinsert,popup'
    local client = require('amigos').clients(0)[1]
    vim.lsp.completion.enable(true, client.id, 0, { autotrigger = true })]])
  go_to('longest := 0')
  nvim:type('o_ = errors.N')
  local info
  t.wait('the documentation', function()
    local chosen = nvim:lua([[local info = vim.fn.complete_info({ 'items', 'selected' }) return { #info.items, info.selected }]])
    if chosen[1] == 0 then
      nvim:type('<C-x><C-o>')
      t.wait('the menu', function()
        return nvim:lua([[return vim.fn.pumvisible()]]) == 1
      end)
    end
    info = nvim:lua([[
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        local shown = vim.api.nvim_win_get_buf(window)
        if vim.bo[shown].filetype == 'markdown' then return table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n') end
      end
      return '']])
    return info:find('error', 1, true)
  end)
  t.note(info)
  nvim:type('<C-e><Esc>:silent edit!<CR>')
  local shown = ''
  t.wait('what stands behind the hint', function()
    go_to('func Longest(')
    nvim:type('<Esc>:Amigos hint<CR>')
    t.wait('an answer', function()
      shown = nvim:lua([[
        for _, window in ipairs(vim.api.nvim_list_wins()) do
          local buffer = vim.api.nvim_win_get_buf(window)
          if vim.api.nvim_win_get_config(window).relative ~= '' and vim.bo[buffer].filetype == 'markdown' then
            return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
          end
        end
        return notices[#notices] or '']])
      return shown ~= ''
    end)
    nvim:lua([[notices = {}]])
    return shown:find('len(Notes)', 1, true)
  end)
  t.note(shown)
end)

t.case('values stand where an execution stopped', { 'values where an execution stopped' }, function()
  edit('notes.go')
  local stopped = line_of('longest = length')
  nvim:lua([[
    local known = { longest = '3', length = '5' }
    require('amigos.values').show(0, ..., function(name) return known[name] end)]], stopped)
  local shown
  t.wait('the values', function()
    shown = nvim:lua([[
      local texts = require('amigos.values').shown(0)
      local lines = {}
      for line, text in pairs(texts) do lines[tostring(line)] = text end
      return lines]])
    return shown[tostring(line_of('longest := 0'))] == 'longest = 3'
  end)
  t.note(vim.inspect(shown))
  nvim:lua([[require('amigos.values').clear(0)]])
end)

nvim:stop()
own.stop()
t.finish()
