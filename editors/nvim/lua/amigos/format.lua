-- Formatting when a file is written. It is off until `setup { format = { on_save = true } }` asks for it.
local config = require('amigos.config')

local M = {}

local TIMEOUT_MS = 2000

--- The edit of the action that organises imports, if there is something to organise.
---@param client vim.lsp.Client
---@param bufnr integer
local function import_edit(client, bufnr)
  local start = { line = 0, character = 0 }
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = start, ['end'] = start },
    context = { diagnostics = {}, only = { 'source.organizeImports' } },
  }
  local answer = client:request_sync('textDocument/codeAction', params, TIMEOUT_MS, bufnr)
  local action = answer and answer.result and answer.result[1]
  if action and not action.edit and action.data then
    answer = client:request_sync('codeAction/resolve', action, TIMEOUT_MS, bufnr)
    action = answer and answer.result
  end
  return action and action.edit
end

--- Formats a buffer, its imports first if the options say so.
---@param client vim.lsp.Client
---@param bufnr integer
function M.buffer(client, bufnr)
  if config.options.format.imports then
    local edit = import_edit(client, bufnr)
    if edit then
      vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
    end
  end
  vim.lsp.buf.format({ bufnr = bufnr, id = client.id, timeout_ms = TIMEOUT_MS })
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.on_attach(client, bufnr)
  vim.api.nvim_create_autocmd('BufWritePre', {
    group = vim.api.nvim_create_augroup('amigos.format.' .. bufnr, {}),
    buffer = bufnr,
    desc = 'amigos: format before writing',
    callback = function()
      if config.options.format.on_save and not client:is_stopped() then
        M.buffer(client, bufnr)
      end
    end,
  })
end

return M
