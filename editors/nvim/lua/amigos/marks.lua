-- Text at the ends of lines.
local M = {}

--- Puts text behind a line.
---@param bufnr integer
---@param namespace integer
---@param row integer from 0
---@param text string
---@param group string? how it is highlighted
function M.put(bufnr, namespace, row, text, group)
  vim.api.nvim_buf_set_extmark(bufnr, namespace, row, 0, {
    virt_text = { { text, group or 'LspInlayHint' } },
    virt_text_pos = 'eol',
  })
end

--- The texts that stand in a buffer, by line from 1: for tests and status lines.
---@param bufnr integer
---@param namespace integer
---@return table<integer, string>
function M.shown(bufnr, namespace)
  local found = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(bufnr, namespace, 0, -1, { details = true })) do
    found[mark[2] + 1] = mark[4].virt_text[1][1]
  end
  return found
end

return M
