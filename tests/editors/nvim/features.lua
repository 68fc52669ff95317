-- Every feature of the server once, as Neovim asks for it: `nvim --clean --headless -l features.lua`, from the project's root.
-- The environment is that of session.lua. docs/features.md names these cases.

local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p'))
local project = vim.fs.normalize(here .. '/../../..')
package.path = here .. '/?.lua;' .. package.path
local t = require('harness')

local out = assert(vim.env.AMIGOS_TEST_OUT, 'AMIGOS_TEST_OUT is not set') .. '/features'
t.copy(project .. '/tests/editors/shapes', out .. '/shapes')

vim.opt.runtimepath:prepend(project .. '/editors/nvim')
vim.cmd.runtime('plugin/amigos.lua')
vim.cmd.filetype('on')

local notices = {}
vim.notify = function(text)
  table.insert(notices, text)
end

local bufnr, client

local function uri()
  return vim.uri_from_bufnr(bufnr)
end

-- Asks, again while the server says that something overtook the request.
local function ask(method, params)
  local result
  t.wait(method, function()
    local answer = client:request_sync(method, params, 20000, bufnr)
    assert(answer and not answer.err, answer and vim.inspect(answer.err) or 'no answer')
    result = answer.result
    return true
  end)
  return result ~= vim.NIL and result or nil
end

local function at(text, word)
  local line, column = t.find(bufnr, text)
  if word then
    column = column + assert(text:find(word, 1, true)) - 1
  end
  return { textDocument = { uri = uri() }, position = { line = line, character = column } }
end

local function line_of(location)
  return vim.api.nvim_buf_get_lines(bufnr, location.range.start.line, location.range.start.line + 1, false)[1]
end

t.case('attaches', { 'outline' }, function()
  vim.cmd.edit(out .. '/shapes/shapes.go')
  bufnr = vim.api.nvim_get_current_buf()
  t.wait('an initialised client', function()
    client = require('amigos').clients(bufnr)[1]
    return client and client.initialized
  end)
  t.wait('symbols', function()
    return #(ask('textDocument/documentSymbol', { textDocument = { uri = uri() } }) or {}) > 5
  end)
end)

t.case('implementation', { 'implementation' }, function()
  local found = ask('textDocument/implementation', at('type Shape interface', 'Shape'))
  assert(#found == 1 and line_of(found[1]):find('type Square'), vim.inspect(found))
end)

t.case('declaration', { 'declaration' }, function()
  local found = ask('textDocument/declaration', at('(s Square) Area', 'Area'))
  assert(#found == 1 and line_of(found[1]):find('Area%(%) int$'), vim.inspect(found))
end)

t.case('definition', { 'definition' }, function()
  local found = ask('textDocument/definition', at('return sum(', 'sum'))
  assert(#found == 1 and line_of(found[1]):find('^func sum'), vim.inspect(found))
end)

t.case('typeDefinition', { 'type definition' }, function()
  local found = ask('textDocument/typeDefinition', at('shape := Square', 'shape'))
  assert(#found == 1 and line_of(found[1]):find('^type Square'), vim.inspect(found))
end)

t.case('references', { 'references' }, function()
  local params = at('var Squares', 'Squares')
  params.context = { includeDeclaration = true }
  assert(#ask('textDocument/references', params) == 5)
end)

t.case('documentHighlight', { 'highlights' }, function()
  assert(#ask('textDocument/documentHighlight', at('total := 0')) == 3)
end)

t.case('callHierarchy', { 'call hierarchy' }, function()
  local items = ask('textDocument/prepareCallHierarchy', at('func sum(', 'sum'))
  assert(items[1].name == 'sum', vim.inspect(items))
  local from = ask('callHierarchy/incomingCalls', { item = items[1] })
  assert(#from == 1 and from[1].from.name == 'Add', vim.inspect(from))
  local to = ask('callHierarchy/outgoingCalls', { item = items[1] })
  assert(#to == 1 and to[1].to.name == 'Square.Area', vim.inspect(to))
end)

t.case('typeHierarchy', { 'type hierarchy' }, function()
  local items = ask('textDocument/prepareTypeHierarchy', at('type Square struct', 'Square'))
  local above = ask('typeHierarchy/supertypes', { item = items[1] })
  assert(vim.iter(above):any(function(one)
    return one.name == 'Shape'
  end), vim.inspect(above))
  items = ask('textDocument/prepareTypeHierarchy', at('type Shape interface', 'Shape'))
  local below = ask('typeHierarchy/subtypes', { item = items[1] })
  assert(#below == 1 and below[1].name == 'Square', vim.inspect(below))
end)

t.case('documentLink', { 'links' }, function()
  local links = ask('textDocument/documentLink', { textDocument = { uri = uri() } })
  assert(#links == 3, vim.inspect(links))
  assert(links[1].target == 'https://hub.amigos.dev/test/shapes' and links[3].target:find('strings'), vim.inspect(links))
end)

t.case('linkedEditingRange', { 'names edited together' }, function()
  local found = ask('textDocument/linkedEditingRange', at('total := 0'))
  assert(#found.ranges == 3, vim.inspect(found))
end)

t.case('semanticTokens', { 'colours' }, function()
  local full = ask('textDocument/semanticTokens/full', { textDocument = { uri = uri() } })
  local delta = ask('textDocument/semanticTokens/full/delta', { textDocument = { uri = uri() }, previousResultId = full.resultId })
  assert(#full.data > 100 and delta.edits and #delta.edits == 0, vim.inspect(delta))
end)

t.case('rename', { 'renaming' }, function()
  local params = at('(s Square) Area', 'Area')
  params.newName = 'Size'
  local edit = ask('textDocument/rename', params)
  -- the method, its use, its promise in the interface, and what comments say of it
  assert(#edit.changes[uri()] >= 3, vim.inspect(edit))
  for _, change in ipairs(edit.changes[uri()]) do
    assert(change.newText == "Size", vim.inspect(change))
  end
end)

t.case('selectionRange, foldingRange, workspace/symbol', { 'selection', 'folding', 'symbols of the workspace' }, function()
  local ranges = ask('textDocument/selectionRange', { textDocument = { uri = uri() }, positions = { at('total += one').position } })
  assert(ranges[1].parent)
  assert(#ask('textDocument/foldingRange', { textDocument = { uri = uri() } }) > 3)
  assert(#ask('workspace/symbol', { query = 'Square' }) > 0)
end)

t.case('signatureHelp', { 'signature help' }, function()
  local help = ask('textDocument/signatureHelp', at('strings.ToUpper(name)', 'name'))
  assert(help.signatures[1].label:find('ToUpper'), vim.inspect(help))
end)

t.case('completion', { 'completion', 'templates and snippets' }, function()
  local items = ask('textDocument/completion', at('strings.ToUpper', 'ToUpper')).items
  local one = vim.iter(items):find(function(item)
    return item.label == 'Repeat'
  end)
  assert(one and one.insertTextFormat == 2 and one.textEdit.newText:find('Repeat%(%${1:'), vim.inspect(one))
end)

t.case('codeAction', { 'refactorings' }, function()
  local place = at('total := 0')
  local params = { textDocument = place.textDocument, range = { start = place.position, ['end'] = place.position }, context = { diagnostics = {} } }
  params.range = { start = at('one.Area()').position, ['end'] = at('one.Area()').position }
  params.range['end'] = { line = params.range.start.line, character = params.range.start.character + #'one.Area()' }
  local actions = ask('textDocument/codeAction', params)
  local extract = vim.iter(actions):find(function(action)
    return action.title:find('^extract variable')
  end)
  assert(extract, vim.inspect(actions))
  local resolved = extract.edit and extract or ask('codeAction/resolve', extract)
  assert(#resolved.edit.changes[uri()] == 2, vim.inspect(resolved))
end)

t.case('inlayHint', { 'hints of code', 'settings' }, function()
  require('amigos').setup({ hints = { gas = 'important', live = true, rangeTypes = 'all', variableTypes = 'all' } })
  local range = { start = { line = 0, character = 0 }, ['end'] = { line = 60, character = 0 } }
  t.wait('hints of types', function()
    local hints = ask('textDocument/inlayHint', { textDocument = { uri = uri() }, range = range })
    return vim.iter(hints or {}):any(function(hint)
      return hint.label == 'Square'
    end)
  end)
end)

t.case('codeLens', { 'lenses' }, function()
  local lenses = ask('textDocument/codeLens', { textDocument = { uri = uri() } })
  local seen = {}
  for _, lens in ipairs(lenses) do
    local resolved = lens.command and lens or ask('codeLens/resolve', lens)
    seen[resolved.command.title] = resolved.command
  end
  for _, title in ipairs({ 'deploy 1.0.0', 'simulate("a", 2)', '1 implementation' }) do
    assert(seen[title], title .. ' is not among ' .. vim.inspect(vim.tbl_keys(seen)))
  end
  vim.lsp.commands['amigos.showReferences'](seen['1 implementation'], {})
  assert(#vim.fn.getqflist() == 1, vim.inspect(vim.fn.getqflist()))
  vim.cmd.cclose()
end)

t.case(':Amigos test', { 'tests' }, function()
  vim.cmd.Amigos({ args = { 'test' } })
  t.wait('the verdicts', function()
    return vim.iter(notices):any(function(text)
      return text:find('1 passed, 1 failed', 1, true)
    end)
  end)
  local list = vim.fn.getqflist()
  assert(#list == 1 and list[1].text:find('TestWrong', 1, true), vim.inspect(list))
  t.note(list[1].text)
  vim.cmd.cclose()
end)

t.case(':Amigos explain and :Amigos gas', { 'commands' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'gas' } })
  t.wait('the bounds', function()
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    return vim.bo.filetype == 'amigos-result' and text:find('Add')
  end)
  vim.cmd.close()
  vim.cmd.Amigos({ args = { 'explain', 'AM1003' } })
  t.wait('the page', function()
    return vim.bo.filetype == 'amigos-result' and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find('AM1003')
  end)
  vim.cmd.close()
end)

-- What `change` makes of the buffer is what formatting puts right again.
local function restored(change, act)
  local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local text = table.concat(before, '\n')
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(change(text), '\n'))
  act()
  t.wait('the text as it was', function()
    return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') == text
  end)
end

t.case('formatting', { 'formatting' }, function()
  vim.cmd.buffer(bufnr)
  -- the file ends with a line too many
  vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = 20000 })
  restored(function(text)
    return (text:gsub('total := 0', 'total:=0'):gsub('Side int', 'Side     int'))
  end, function()
    vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = 20000 })
  end)
end)

t.case('range and on-type formatting', { 'formatting' }, function()
  restored(function(text)
    return (text:gsub('total := 0', 'total:=0'))
  end, function()
    local line = t.find(bufnr, 'total:=0')
    vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = 20000, range = { start = { line + 1, 0 }, ['end'] = { line + 1, 1 } } })
  end)
  restored(function(text)
    return (text:gsub('total %+= one', 'total+=one'))
  end, function()
    local line = t.find(bufnr, 'total+=one')
    local edits = ask('textDocument/onTypeFormatting', {
      textDocument = { uri = uri() },
      position = { line = line + 1, character = 2 },
      ch = '}',
      options = { tabSize = 8, insertSpaces = false },
    })
    vim.lsp.util.apply_text_edits(edits or {}, bufnr, client.offset_encoding)
  end)
end)

t.case('formatting and organising imports on save', { 'organising imports', 'formatting' }, function()
  require('amigos.config').options.format.on_save = true
  restored(function(text)
    return (text:gsub('\t"strings"', '\t"errors"'):gsub('total := 0', 'total:=0'))
  end, function()
    vim.cmd('silent write')
  end)
  require('amigos.config').options.format.on_save = false
end)

t.case('a fix of an error', { 'fixes' }, function()
  vim.cmd.buffer(bufnr)
  local line = t.find(bufnr, 'total := 0')
  vim.api.nvim_buf_set_lines(bufnr, line + 1, line + 1, false, { '\ttotal += len(fmt.Sprint("x"))' })
  local found
  t.wait('the error', function()
    found = vim.iter(vim.diagnostic.get(bufnr)):find(function(diagnostic)
      return diagnostic.message:find('undefined: fmt', 1, true)
    end)
    return found
  end)
  local selected
  local select = vim.ui.select
  vim.ui.select = function(items, _, choose)
    selected = vim.iter(items):find(function(item)
      return item.action.title:find('import', 1, true)
    end)
    choose(selected)
  end
  vim.api.nvim_win_set_cursor(0, { line + 2, 15 })
  vim.lsp.buf.code_action()
  t.wait('the import', function()
    return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n'):find('"fmt"', 1, true)
  end)
  vim.ui.select = select
  t.note(selected.action.title)
  vim.cmd('silent edit!')
end)

t.case('an import comes with the completion', { 'completion' }, function()
  vim.cmd.buffer(bufnr)
  local line = t.find(bufnr, 'total := 0')
  vim.api.nvim_buf_set_lines(bufnr, line + 1, line + 1, false, { '\t_ = errors.Ne' })
  local place = { textDocument = { uri = uri() }, position = { line = line + 1, character = 14 } }
  local one
  t.wait('the completion', function()
    one = vim.iter(ask('textDocument/completion', place).items):find(function(item)
      return item.label == 'New'
    end)
    return one
  end)
  -- what stands elsewhere comes when the completion is taken
  one = one.additionalTextEdits and one or ask('completionItem/resolve', one)
  assert(one.additionalTextEdits and one.additionalTextEdits[1].newText:find('"errors"', 1, true), vim.inspect(one))
  vim.cmd('silent edit!')
end)

local function shown_result(what, wanted)
  local text
  t.wait(what, function()
    text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    return vim.bo.filetype == 'amigos-result' and text:find(wanted)
  end)
  t.note(text)
  vim.cmd.close()
  return text
end

t.case(':Amigos render shows the page before it is deployed', { 'pages of packages' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'render' } })
  shown_result('the page', '# shapes')
end)

t.case(':Amigos trace shows what each line cost', { 'coverage and gas per line' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'trace', 'Add("a", 2)' } })
  shown_result('the result', '→ 4')
  local texts = require('amigos.lines').shown(bufnr)
  local row = t.find(bufnr, 'total += one.Area()') + 1
  assert(texts[row] and texts[row]:find('^gas %d+$'), vim.inspect(texts))
  t.note(vim.inspect(texts))
  vim.cmd.Amigos({ args = { 'trace' } })
  assert(vim.tbl_isempty(require('amigos.lines').shown(bufnr)), 'it is still there')
end)

t.case(':Amigos coverage says what no test reaches', { 'coverage and gas per line' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'coverage' } })
  t.wait('the lines', function()
    return not vim.tbl_isempty(require('amigos.lines').shown(bufnr))
  end)
  local texts = require('amigos.lines').shown(bufnr)
  assert(texts[t.find(bufnr, 'func Render') + 1] == 'not reached', vim.inspect(texts))
  assert(texts[t.find(bufnr, 'total += one.Area()') + 1]:find('^gas %d+ · 2 times$'), vim.inspect(texts))
  vim.cmd.cclose()
  -- an edit takes them away
  vim.api.nvim_buf_set_lines(bufnr, 0, 0, false, { '' })
  t.wait('none', function()
    return vim.tbl_isempty(require('amigos.lines').shown(bufnr))
  end)
  vim.cmd('silent edit!')
end)

-- What stands in the terminal that was opened last.
local function terminal()
  return vim.bo.buftype == 'terminal' and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') or ''
end

t.case(':Amigos deploy runs in a terminal', { 'deploying' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'deploy' } })
  t.wait('the receipt', function()
    return terminal():find('deployed `hub.amigos.dev/test/shapes', 1, true)
  end)
  t.note(vim.trim(terminal()))
  vim.cmd('bwipeout!')
end)

t.case(':Amigos commit leaves the transaction to `amigos keys`', { 'keys stay out of the editor' }, function()
  vim.cmd.buffer(bufnr)
  vim.cmd.Amigos({ args = { 'commit', 'Add("a", 3)' } })
  t.wait('the question', function()
    return terminal():find('sign as `alice`', 1, true)
  end)
  vim.api.nvim_chan_send(vim.bo.channel, 'y\r')
  t.wait('the receipt', function()
    return terminal():find('height %d+ · gas')
  end)
  t.note(vim.trim(terminal()))
  vim.cmd('bwipeout!')
end)

t.case(':Amigos network chooses by vim.ui.select', { 'networks' }, function()
  vim.cmd.buffer(bufnr)
  local select, seen = vim.ui.select, nil
  vim.ui.select = function(items, opts, choose)
    seen = opts.format_item(items[1])
    choose(items[1])
  end
  vim.cmd.Amigos({ args = { 'network' } })
  t.wait('the choice', function()
    return seen and vim.iter(notices):any(function(text)
      return text == 'amigos: network `local`'
    end)
  end)
  vim.ui.select = select
  t.note(seen)
end)

t.case('a server that ends is started again by :Amigos restart', { 'restart and recovery' }, function()
  vim.cmd.buffer(bufnr)
  local before = require('amigos').clients(bufnr)[1].id
  require('amigos').clients(bufnr)[1]:stop(true)
  t.wait('its end', function()
    return #require('amigos').clients(bufnr) == 0
  end)
  vim.cmd.Amigos({ args = { 'restart' } })
  t.wait('another client', function()
    client = require('amigos').clients(bufnr)[1]
    return client and client.id ~= before and client.initialized
  end)
  t.wait('answers', function()
    return #(ask('textDocument/documentSymbol', { textDocument = { uri = uri() } }) or {}) > 5
  end)
end)

t.case('a server of another release is named by the health check', { 'version check' }, function()
  local other = out .. '/amigos-of-another-release'
  t.write(other, '#!/bin/sh\necho "amigos 9.1.0"\n')
  vim.uv.fs_chmod(other, 493)
  local server = vim.env.AMIGOS_SERVER
  vim.env.AMIGOS_SERVER = other
  vim.cmd.checkhealth('amigos')
  local report = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  vim.env.AMIGOS_SERVER = server
  assert(report:find('9.1.0', 1, true) and report:find('WARNING', 1, true), report)
  vim.cmd.close()
end)

t.finish()
