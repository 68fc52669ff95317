-- The plugin in a real Neovim against the real server: `nvim --clean --headless -l session.lua`, from the project's root.
-- `cargo xtask test --only nvim` runs it with what it needs in the environment:
--   AMIGOS_SERVER    the server's binary
--   AMIGOS_TEST_OUT  a folder for the copy of the contracts and for what was seen
-- Closes with `N passed, N failed`; the exit status is 0 when none failed.

local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p'))
local project = vim.fs.normalize(here .. '/../../..')
package.path = here .. '/?.lua;' .. package.path
local t = require('harness')

local out = assert(vim.env.AMIGOS_TEST_OUT, 'AMIGOS_TEST_OUT is not set')
local contracts = vim.env.AMIGOS_TEST_CONTRACTS or project .. '/contracts'
local workspace = out .. '/contracts'
vim.fn.delete(workspace, 'rf')
vim.fn.mkdir(out, 'p')
t.copy(contracts, workspace)
local post = workspace .. '/social/post'
local forum = workspace .. '/social/forum'

vim.lsp.log.set_level('info')
vim.opt.runtimepath:prepend(project .. '/editors/nvim')
vim.cmd.runtime('plugin/amigos.lua')
vim.cmd.filetype('on') -- `-l` leaves it off

local bufnr, client

local function diagnostics(severity)
  return vim.diagnostic.get(bufnr, { severity = severity })
end

local function hover_at(line, column)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    position = { line = line, character = column },
  }
  local answer = client:request_sync('textDocument/hover', params, 20000, bufnr)
  local result = answer and answer.result
  return result and result ~= vim.NIL and (result.contents.value or vim.inspect(result.contents)) or ''
end

local function label_of(item)
  local label = item.inlay_hint.label
  if type(label) == 'table' then
    label = table.concat(vim.tbl_map(function(part)
      return part.value
    end, label))
  end
  return label
end

local function hint_labels()
  return vim.tbl_map(label_of, vim.lsp.inlay_hint.get({ bufnr = bufnr }))
end

-- The text of lenses as it stands on the screen.
local function lens_texts()
  local texts = {}
  for name, id in pairs(vim.api.nvim_get_namespaces()) do
    if name:find('codelens', 1, true) then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(bufnr, id, 0, -1, { details = true })) do
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          table.insert(texts, chunk[1])
        end
      end
    end
  end
  return texts
end

local function float_with(filetype)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local shown = vim.api.nvim_win_get_buf(window)
    if vim.api.nvim_win_get_config(window).relative ~= '' and (not filetype or vim.bo[shown].filetype == filetype) then
      return window, table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n')
    end
  end
end

t.case('stays away from Go files that are no contract', {}, function()
  vim.fn.mkdir(out .. '/plain', 'p')
  vim.fn.writefile({ 'package plain', '', 'import "fmt"', '', 'func F() { fmt.Println() }' }, out .. '/plain/plain.go')
  vim.cmd.edit(out .. '/plain/plain.go')
  assert(vim.bo.filetype == 'go')
  vim.wait(300)
  assert(#vim.lsp.get_clients() == 0, 'a server was attached')
end)

t.case('attaches to a file that imports from the hub', {}, function()
  vim.fn.mkdir(out .. '/loose', 'p')
  vim.fn.writefile({ 'package loose', '', 'import "hub.amigos.dev/token@v2"', '', 'var _ = token.Total' }, out .. '/loose/loose.go')
  vim.cmd.edit(out .. '/loose/loose.go')
  local loose = vim.api.nvim_get_current_buf()
  t.wait('a client', function()
    return #require('amigos').clients(loose) == 1
  end)
  assert(require('amigos').clients(loose)[1].root_dir == out .. '/loose')
  vim.cmd.bwipeout()
  for _, running in ipairs(require('amigos').clients()) do
    running:stop()
  end
  t.wait('its end', function()
    return #vim.lsp.get_clients({ _uninitialized = true }) == 0
  end)
end)

t.case('attaches below an amigos.toml', {}, function()
  vim.cmd.edit(post .. '/post.go')
  bufnr = vim.api.nvim_get_current_buf()
  t.wait('an initialised client', function()
    client = require('amigos').clients(bufnr)[1]
    return client and client.initialized
  end)
  assert(client.root_dir == post, 'the root is ' .. tostring(client.root_dir))
end)

t.case('the contract has no errors', { 'errors while typing' }, function()
  t.wait('no errors', function()
    return #diagnostics(vim.diagnostic.severity.ERROR) == 0
  end)
  t.settle()
  local errors = diagnostics(vim.diagnostic.severity.ERROR)
  assert(#errors == 0, errors[1] and errors[1].message)
end)

t.case('the status line shows network and height', { 'status of network and server' }, function()
  t.wait('a status with a height', function()
    return require('amigos').statusline():match('^amigos · %S+ [%d,]+')
  end)
  t.note(require('amigos').statusline())
end)

t.case('an error in the text becomes a diagnostic, and goes with it', { 'errors while typing' }, function()
  local line = t.find(bufnr, 'author := ens.Resolve')
  local text = vim.api.nvim_buf_get_lines(bufnr, line, line + 1, false)[1]
  vim.api.nvim_buf_set_lines(bufnr, line, line + 1, false, { (text:gsub('msg%.Sender', 'undefinedName')) })
  t.wait('the diagnostic', function()
    return #diagnostics(vim.diagnostic.severity.ERROR) > 0
  end)
  local found = diagnostics(vim.diagnostic.severity.ERROR)[1]
  assert(found.lnum == line, ('it is in line %d, not %d'):format(found.lnum, line))
  assert(found.message:find('undefined: undefinedName', 1, true), found.message)
  t.note(found.message)
  vim.api.nvim_buf_set_lines(bufnr, line, line + 1, false, { text })
  t.wait('no diagnostic', function()
    return #diagnostics(vim.diagnostic.severity.ERROR) == 0
  end)
end)

t.case('lenses stand above exported functions', { 'lenses' }, function()
  t.wait('a lens on the screen', function()
    return table.concat(lens_texts(), '\n'):find('simulate', 1, true)
  end)
  t.note(table.concat(lens_texts(), ' | '))
end)

local function assert_result(name)
  local window, shown
  t.wait('the result', function()
    window, shown = float_with('amigos-result')
    return window
  end)
  t.write(out .. '/' .. name .. '.txt', shown)
  t.note(shown)
  assert(shown:find('CreatePost("', 1, true), 'it does not name the call')
  assert(shown:find('→ nil', 1, true), 'the call did not return nil')
  assert(shown:find('gas %d[%d,]*'), 'it shows no gas')
  assert(shown:find('\nstate ', 1, true), 'it shows no change of state')
  assert(shown:find('from alice', 1, true), 'it does not say who calls')
  vim.api.nvim_win_close(window, true)
end

t.case('the lens simulates the call on live state', { 'simulation', 'lenses' }, function()
  t.wait('the lens that simulates', function()
    for _, lens in ipairs(vim.lsp.codelens.get(bufnr)) do
      if lens.command and lens.command.command == 'amigos.simulate' and lens.command.arguments[1]['function'] == 'CreatePost' then
        vim.lsp.commands['amigos.simulate'](lens.command, { bufnr = bufnr, client_id = client.id })
        return true
      end
    end
  end)
  assert_result('lens')
end)

t.case(':Amigos simulate takes a call', { 'simulation', 'commands' }, function()
  vim.cmd.Amigos({ args = { 'simulate', 'CreatePost("from', 'the', 'command', 'line")' } })
  assert_result('command')
end)

t.case(':Amigos completes', { 'commands' }, function()
  assert(vim.tbl_contains(vim.fn.getcompletion('Amigos ', 'cmdline'), 'simulate'))
  assert(vim.tbl_contains(vim.fn.getcompletion('Amigos simulate ', 'cmdline'), 'CreatePost'))
  assert(vim.deep_equal(vim.fn.getcompletion('Amigos re', 'cmdline'), { 'render', 'replay', 'restart' }))
  assert(#vim.fn.getcompletion('Amigos network ', 'cmdline') > 0, 'no networks')
end)

t.case('literals are split as Go writes them', {}, function()
  local split = require('amigos.commands').split_literals
  assert(vim.deep_equal(split([["a, b" 42, []string{"c", "d"} `e"f` 'g']]), { '"a, b"', '42', '[]string{"c", "d"}', '`e"f`', "'g'" }))
  assert(vim.deep_equal(split(''), {}))
  assert(vim.deep_equal(split([["say \"hi\", twice"]]), { [["say \"hi\", twice"]] }))
end)

t.case(':Amigos state shows live state', { 'live state' }, function()
  vim.cmd.Amigos({ args = { 'state' } })
  local window, shown
  t.wait('the state', function()
    window, shown = float_with('amigos-result')
    return window
  end)
  t.note(shown)
  vim.api.nvim_win_close(window, true)
end)

t.case('a definition in a fetched package opens its source', { 'definition', 'sources without a file' }, function()
  local line, column = t.find(bufnr, 'Resolve(')
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  vim.lsp.buf.definition()
  t.wait('another buffer', function()
    return vim.api.nvim_get_current_buf() ~= bufnr
  end)
  local opened = vim.api.nvim_get_current_buf()
  local here = vim.api.nvim_get_current_line()
  t.note(vim.api.nvim_buf_get_name(opened) .. ': ' .. here)
  assert(here:find('func Resolve(', 1, true), 'the cursor is in the line `' .. here .. '`')
  assert(vim.bo[opened].filetype == 'go')
  t.wait('the server serves it too', function()
    return #require('amigos').clients(opened) == 1
  end)
  vim.cmd.buffer(bufnr)
  vim.api.nvim_buf_delete(opened, { force = true })
  t.settle()
  local errors = diagnostics(vim.diagnostic.severity.ERROR)
  assert(#errors == 0, 'after closing it: ' .. (errors[1] and errors[1].message or ''))
end)

-- From here to the next note the buffer is the forum's, whose globals persist.
local first
t.case('a second package is served by the same server', {}, function()
  first = bufnr
  vim.cmd.edit(forum .. '/forum.go')
  bufnr = vim.api.nvim_get_current_buf()
  t.wait('a client', function()
    return #require('amigos').clients(bufnr) == 1
  end)
  assert(#require('amigos').clients() == 1, 'a second server was started')
end)

t.case('hover on a global shows its live value', { 'hover' }, function()
  local line, column = t.find(bufnr, 'Posts []Post')
  local text = ''
  t.wait('a live value', function()
    text = hover_at(line, column)
    return text:find('live at height', 1, true)
  end)
  t.note(text)
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  vim.lsp.buf.hover()
  t.wait('the window', function()
    local _, shown = float_with('markdown')
    return shown and shown:find('live at height', 1, true)
  end)
  vim.api.nvim_win_close((float_with('markdown')), true)
end)

t.case('inlay hints show gas bounds and live values', { 'hints of gas and live values' }, function()
  local labels = ''
  t.wait('hints', function()
    labels = table.concat(hint_labels(), ' | ')
    return labels:find('gas ≤ ', 1, true) and labels:find('= ', 1, true)
  end)
  t.note(labels)
end)

t.case('live values follow the network', { 'hints of gas and live values' }, function()
  local function of_posts()
    local line = t.find(bufnr, 'Posts []Post')
    for _, item in ipairs(vim.lsp.inlay_hint.get({ bufnr = bufnr })) do
      if item.inlay_hint.position.line == line then
        return label_of(item)
      end
    end
  end
  local before = of_posts()
  assert(before, 'there is no hint at `Posts`')
  local call = { vim.env.AMIGOS_SERVER, 'call', 'hub.amigos.dev/social/post.CreatePost', '"written in a terminal"', '--from', 'bob', '--commit' }
  local result = vim.system(call, { text = true, cwd = workspace, timeout = 60000 }):wait()
  assert(result.code == 0, result.stderr)
  t.wait('another value', function()
    local now = of_posts()
    return now and now ~= before
  end)
  t.note(before .. '  then  ' .. of_posts())
end)

t.case('back in the first package', {}, function()
  bufnr = first
  vim.cmd.buffer(bufnr)
  assert(#require('amigos').clients(bufnr) == 1)
end)

t.case('the health check is well', { 'health and help' }, function()
  vim.cmd.Amigos({ args = { 'health' } })
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  t.write(out .. '/health.txt', report)
  assert(report:find('amigos %d+%.%d+'), 'it does not say the version')
  assert(not report:find('ERROR', 1, true), report)
  vim.cmd.buffer(bufnr)
end)

t.case('the help page has its tags', { 'health and help' }, function()
  vim.cmd.helptags(project .. '/editors/nvim/doc')
  vim.cmd.Amigos({ args = { 'help' } })
  assert(vim.fn.expand('%:t') == 'amigos.txt')
  vim.cmd.close()
end)

t.case(':Amigos restart starts a new server for the same buffers', { 'restart and recovery' }, function()
  local before = client.id
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'restart' } })
  t.wait('a new client', function()
    client = require('amigos').clients(bufnr)[1]
    return client and client.id ~= before and client.initialized
  end)
  t.wait('lenses again', function()
    return #(vim.lsp.codelens.get(bufnr) or {}) > 0
  end)
end)

t.case('the server ends when it is told to', {}, function()
  vim.lsp.enable('amigos', false)
  for _, running in ipairs(require('amigos').clients()) do
    running:stop()
  end
  t.wait('its end', function()
    return #vim.lsp.get_clients({ _uninitialized = true }) == 0
  end)
end)

t.finish()
