-- Every feature of the server once, as Neovim asks for it: `nvim --clean --headless -l features.lua`, from the project's root.
-- The environment is that of session.lua. docs/features.md names these cases.

local here = vim.fs.dirname(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p'))
local project = vim.fs.normalize(here .. '/../../..')
package.path = here .. '/?.lua;' .. package.path
local t = require('harness')

local out = assert(vim.env.AMIGOS_TEST_OUT, 'AMIGOS_TEST_OUT is not set') .. '/features'
vim.fn.mkdir(out .. '/shapes', 'p')
t.write(out .. '/shapes/amigos.toml', 'path = "hub.amigos.dev/test/shapes"\nversion = "1.0.0"\n')
t.write(out .. '/shapes/shapes.go', [[
// Package shapes is for tests: see https://hub.amigos.dev/test/shapes.
package shapes

import "strings"

// Shape has an area.
type Shape interface {
	Area() int
}

// Square is a shape.
type Square struct {
	Side int
	Name string
}

// Area is the side by itself.
func (s Square) Area() int { return s.Side * s.Side }

// Squares has all of them.
var Squares []Square

// Add makes one more.
//
// Example: Add("a", 2)
func Add(name string, side int) int {
	shape := Square{Name: strings.ToUpper(name), Side: side}
	Squares = append(Squares, shape)
	return sum(Squares)
}

func sum(all []Square) int {
	total := 0
	for _, one := range all {
		total += one.Area()
	}
	return total
}

// Render is the page.
func Render(path string) string { return "# shapes" }
]])
t.write(out .. '/shapes/shapes_test.go', [[
package shapes

import "testing"

func TestAdd(t *testing.T) {
	if got := Add("a", 2); got != 4 {
		t.Errorf("got %d", got)
	}
}

func TestWrong(t *testing.T) {
	if got := Add("a", 2); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}
]])

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

t.case('attaches', function()
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

t.case('implementation', function()
  local found = ask('textDocument/implementation', at('type Shape interface', 'Shape'))
  assert(#found == 1 and line_of(found[1]):find('type Square'), vim.inspect(found))
end)

t.case('declaration', function()
  local found = ask('textDocument/declaration', at('(s Square) Area', 'Area'))
  assert(#found == 1 and line_of(found[1]):find('Area%(%) int$'), vim.inspect(found))
end)

t.case('definition', function()
  local found = ask('textDocument/definition', at('return sum(', 'sum'))
  assert(#found == 1 and line_of(found[1]):find('^func sum'), vim.inspect(found))
end)

t.case('typeDefinition', function()
  local found = ask('textDocument/typeDefinition', at('shape := Square', 'shape'))
  assert(#found == 1 and line_of(found[1]):find('^type Square'), vim.inspect(found))
end)

t.case('references', function()
  local params = at('var Squares', 'Squares')
  params.context = { includeDeclaration = true }
  assert(#ask('textDocument/references', params) == 4)
end)

t.case('documentHighlight', function()
  assert(#ask('textDocument/documentHighlight', at('total := 0')) == 3)
end)

t.case('callHierarchy', function()
  local items = ask('textDocument/prepareCallHierarchy', at('func sum(', 'sum'))
  assert(items[1].name == 'sum', vim.inspect(items))
  local from = ask('callHierarchy/incomingCalls', { item = items[1] })
  assert(#from == 1 and from[1].from.name == 'Add', vim.inspect(from))
  local to = ask('callHierarchy/outgoingCalls', { item = items[1] })
  assert(#to == 1 and to[1].to.name == 'Square.Area', vim.inspect(to))
end)

t.case('typeHierarchy', function()
  local items = ask('textDocument/prepareTypeHierarchy', at('type Square struct', 'Square'))
  local above = ask('typeHierarchy/supertypes', { item = items[1] })
  assert(vim.iter(above):any(function(one)
    return one.name == 'Shape'
  end), vim.inspect(above))
  items = ask('textDocument/prepareTypeHierarchy', at('type Shape interface', 'Shape'))
  local below = ask('typeHierarchy/subtypes', { item = items[1] })
  assert(#below == 1 and below[1].name == 'Square', vim.inspect(below))
end)

t.case('documentLink', function()
  local links = ask('textDocument/documentLink', { textDocument = { uri = uri() } })
  assert(#links == 2, vim.inspect(links))
  assert(links[1].target == 'https://hub.amigos.dev/test/shapes' and links[2].target:find('strings'), vim.inspect(links))
end)

t.case('linkedEditingRange', function()
  local found = ask('textDocument/linkedEditingRange', at('total := 0'))
  assert(#found.ranges == 3, vim.inspect(found))
end)

t.case('semanticTokens', function()
  local full = ask('textDocument/semanticTokens/full', { textDocument = { uri = uri() } })
  local delta = ask('textDocument/semanticTokens/full/delta', { textDocument = { uri = uri() }, previousResultId = full.resultId })
  assert(#full.data > 100 and delta.edits and #delta.edits == 0, vim.inspect(delta))
end)

t.case('rename', function()
  local params = at('(s Square) Area', 'Area')
  params.newName = 'Size'
  local edit = ask('textDocument/rename', params)
  assert(#edit.changes[uri()] == 3, vim.inspect(edit))
end)

t.case('selectionRange, foldingRange, workspace/symbol', function()
  local ranges = ask('textDocument/selectionRange', { textDocument = { uri = uri() }, positions = { at('total += one').position } })
  assert(ranges[1].parent)
  assert(#ask('textDocument/foldingRange', { textDocument = { uri = uri() } }) > 3)
  assert(#ask('workspace/symbol', { query = 'Square' }) > 0)
end)

t.case('signatureHelp', function()
  local help = ask('textDocument/signatureHelp', at('strings.ToUpper(name)', 'name'))
  assert(help.signatures[1].label:find('ToUpper'), vim.inspect(help))
end)

t.case('completion', function()
  local items = ask('textDocument/completion', at('strings.ToUpper', 'ToUpper')).items
  local one = vim.iter(items):find(function(item)
    return item.label == 'Repeat'
  end)
  assert(one and one.insertTextFormat == 2 and one.textEdit.newText:find('Repeat%(%${1:'), vim.inspect(one))
end)

t.case('codeAction', function()
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

t.case('inlayHint', function()
  require('amigos').setup({ hints = { gas = 'important', live = true, rangeTypes = 'all', variableTypes = 'all' } })
  local range = { start = { line = 0, character = 0 }, ['end'] = { line = 60, character = 0 } }
  t.wait('hints of types', function()
    local hints = ask('textDocument/inlayHint', { textDocument = { uri = uri() }, range = range })
    return vim.iter(hints or {}):any(function(hint)
      return hint.label == 'Square'
    end)
  end)
end)

t.case('codeLens', function()
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

t.case(':Amigos test', function()
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

t.case(':Amigos explain and :Amigos gas', function()
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

t.case('formatting', function()
  vim.cmd.buffer(bufnr)
  -- the file ends with a line too many
  vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = 20000 })
  restored(function(text)
    return (text:gsub('total := 0', 'total:=0'):gsub('Side int', 'Side     int'))
  end, function()
    vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = 20000 })
  end)
end)

t.case('range and on-type formatting', function()
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

t.case('formatting and organising imports on save', function()
  require('amigos.config').options.format.on_save = true
  restored(function(text)
    return (text:gsub('import "strings"', 'import "errors"'):gsub('total := 0', 'total:=0'))
  end, function()
    vim.cmd('silent write')
  end)
  require('amigos.config').options.format.on_save = false
end)

t.finish()
