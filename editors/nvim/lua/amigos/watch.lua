-- The watch list: live variables that one wants to see all the while, in a small window that follows the network.
local amigos = require('amigos')
local config = require('amigos.config')

local M = {}

---@type table[] what the server told last
M.values = {}

local bufnr, window

local function is_open()
  return window ~= nil and vim.api.nvim_win_is_valid(window)
end

--- The list as lines, and which of them (from 0) say what changed.
local function lines_of(values)
  local lines, changed = {}, {}
  for _, value in ipairs(values) do
    local say = type(value.problem) == 'string' and value.problem or type(value.text) == 'string' and value.text or '...'
    local change = type(value.change) == 'string' and value.change ~= '' and value.change
    table.insert(lines, ('%s  %s%s'):format(value.path, say, change and '  ' .. change or ''))
    if change then
      table.insert(changed, #lines - 1)
    end
    for _, part in ipairs(type(value.parts) == 'table' and value.parts or {}) do
      table.insert(lines, ('  %s  %s'):format(part.label, part.text))
    end
  end
  return lines, changed
end

local namespace = vim.api.nvim_create_namespace('amigos.watch')

local function draw()
  local lines, changed = lines_of(M.values)
  if #lines == 0 then
    return M.close()
  end
  if not (bufnr and vim.api.nvim_buf_is_valid(bufnr)) then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.bo[bufnr].filetype = 'amigos-watch'
    vim.keymap.set('n', 'q', M.close, { buffer = bufnr, nowait = true, desc = 'close the watch list' })
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  for _, line in ipairs(changed) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, line, 0, { line_hl_group = 'DiffAdd' })
  end
  local width = 16
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  local place = {
    relative = 'editor',
    anchor = 'NE',
    row = 1,
    col = vim.o.columns - 1,
    width = math.min(width, math.max(vim.o.columns - 8, 16)),
    height = math.min(#lines, math.max(math.floor(vim.o.lines / 2), 1)),
  }
  if is_open() then
    vim.api.nvim_win_set_config(window, place)
  else
    local look = { style = 'minimal', border = config.options.border, title = ' watch ' }
    window = vim.api.nvim_open_win(bufnr, false, vim.tbl_extend('force', place, look))
    vim.wo[window].wrap = false
  end
end

--- Closes the window; the server goes on watching.
function M.close()
  if is_open() then
    vim.api.nvim_win_close(window, true)
  end
  window = nil
end

--- `amigos/watched`: values that are others now.
---@param result table
function M.told(result)
  M.values = result.values or {}
  if is_open() then
    draw()
  end
end

local function tell(path, on)
  amigos.execute('amigos.watch', { { uri = vim.uri_from_bufnr(0), path = path, on = on } }, function(result)
    M.values = result.values or {}
    draw()
  end)
end

--- Watches a variable of this package; without one, opens or closes the window.
---@param rest string
function M.watch(rest)
  if rest ~= '' then
    return tell(rest, true)
  end
  if is_open() then
    return M.close()
  end
  amigos.execute('amigos.watch', { { uri = vim.uri_from_bufnr(0) } }, function(result)
    M.values = result.values or {}
    if #M.values == 0 then
      return vim.notify('amigos: nothing is watched: `:Amigos watch VARIABLE`')
    end
    draw()
  end)
end

--- Takes a variable of this package off the list.
---@param rest string
function M.unwatch(rest)
  if rest == '' then
    return vim.notify('amigos: `:Amigos unwatch VARIABLE`', vim.log.levels.WARN)
  end
  tell(rest, false)
end

--- The variables that are watched, for completion.
---@return string[]
function M.watched()
  return vim.tbl_map(function(value)
    return value.path
  end, M.values)
end

--- The variables of this package, for completion.
---@return string[]
function M.variables()
  local client = amigos.client()
  local params = { command = 'amigos.state', arguments = { { uri = vim.uri_from_bufnr(0), depth = 1 } } }
  local answer = client and client:request_sync('workspace/executeCommand', params, 1000)
  local state = answer and answer.result and answer.result.state or {}
  local names = {}
  for _, field in ipairs(vim.islist(state) and state or type(state.value) == 'table' and state.value or {}) do
    table.insert(names, field.name)
  end
  return names
end

return M
