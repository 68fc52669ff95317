-- What each line cost in the last execution that was looked at: virtual text at the ends of the lines, until the buffer is edited.
local marks = require('amigos.marks')

local M = {}

local namespace = vim.api.nvim_create_namespace('amigos.lines')

--- `gas 1,242`, `gas 310 · 4 times`, `not reached`.
---@param cost { gas: integer, hits: integer }
function M.text(cost)
  if cost.gas == 0 and cost.hits == 0 then
    return 'not reached'
  end
  local grouped = require('amigos').grouped
  return ('gas %s%s'):format(grouped(cost.gas), cost.hits > 1 and (' · %s times'):format(grouped(cost.hits)) or '')
end

--- Takes the text away.
function M.clear()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  end
end

--- Shows these costs, and none of before. Several of one line (of several tests) are added up.
---@param costs { uri: string, line: integer, gas: integer, hits: integer }[]
function M.show(costs)
  M.clear()
  local sums, buffers = {}, {}
  for _, cost in ipairs(costs) do
    local bufnr = vim.uri_to_bufnr(cost.uri)
    sums[bufnr] = sums[bufnr] or {}
    local sum = sums[bufnr][cost.line] or { gas = 0, hits = 0 }
    sums[bufnr][cost.line] = { gas = sum.gas + cost.gas, hits = sum.hits + cost.hits }
  end
  for bufnr, lines in pairs(sums) do
    vim.fn.bufload(bufnr)
    for line, cost in pairs(lines) do
      if line < vim.api.nvim_buf_line_count(bufnr) then
        local missed = cost.gas == 0 and cost.hits == 0
        marks.put(bufnr, namespace, line, M.text(cost), missed and 'DiagnosticVirtualTextWarn' or nil)
      end
    end
    table.insert(buffers, bufnr)
  end
  for _, bufnr in ipairs(buffers) do
    vim.api.nvim_buf_attach(bufnr, false, {
      on_lines = function()
        vim.schedule(function()
          if vim.api.nvim_buf_is_valid(bufnr) then
            vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
          end
        end)
        return true
      end,
    })
  end
end

--- The texts that stand in a buffer, by line from 1: for tests and status lines.
---@param bufnr integer
---@return table<integer, string>
function M.shown(bufnr)
  return marks.shown(bufnr, namespace)
end

return M
