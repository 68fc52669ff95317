-- Values where an execution stopped, behind the lines that name them. The server says which; a debugger knows their values.
local marks = require('amigos.marks')

local M = {}

local namespace = vim.api.nvim_create_namespace('amigos.values')

--- Takes the values away.
---@param bufnr integer
function M.clear(bufnr)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
end

--- Shows the values of what is named from the start of the buffer to where the execution stopped, as far as `value_of` knows them.
---@param bufnr integer
---@param line integer where it stopped, from 1
---@param value_of fun(name: string): string?
function M.show(bufnr, line, value_of)
  local client = require('amigos').clients(bufnr)[1]
  if not client then
    return
  end
  local stopped = { line = line - 1, character = 0 }
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = line, character = 0 } },
    context = { frameId = 0, stoppedLocation = { start = stopped, ['end'] = stopped } },
  }
  client:request('textDocument/inlineValue', params, function(err, found)
    M.clear(bufnr)
    local lines = {}
    for _, one in ipairs(not err and found or {}) do
      local row, value = one.range.start.line, value_of(one.variableName)
      local text = value and ('%s = %s'):format(one.variableName, value)
      lines[row] = lines[row] or {}
      if text and not vim.tbl_contains(lines[row], text) then
        table.insert(lines[row], text)
      end
    end
    for row, texts in pairs(lines) do
      if #texts > 0 then
        marks.put(bufnr, namespace, row, table.concat(texts, ', '))
      end
    end
  end, bufnr)
end

--- The texts that stand in a buffer, by line from 1.
---@param bufnr integer
---@return table<integer, string>
function M.shown(bufnr)
  return marks.shown(bufnr, namespace)
end

return M
