-- Files that move or are new: the server says what their package clauses become.
local amigos = require('amigos')

local M = {}

--- Moves the file of this buffer, with its package clause.
---@param rest string a folder or a file
function M.move(rest)
  if rest == '' then
    return vim.notify('amigos: `:Amigos move PATH`', vim.log.levels.WARN)
  end
  local client = amigos.client()
  local from = vim.api.nvim_buf_get_name(0)
  local to = vim.fs.normalize(vim.fn.fnamemodify(rest, ':p'))
  if vim.fn.isdirectory(to) == 1 or vim.endswith(rest, '/') then
    to = vim.fs.joinpath(to, vim.fs.basename(from))
  end
  if vim.uv.fs_stat(to) then
    return vim.notify(('amigos: `%s` is there already'):format(to), vim.log.levels.ERROR)
  end
  local bufnr = vim.api.nvim_get_current_buf()
  local renamed = { files = { { oldUri = vim.uri_from_fname(from), newUri = vim.uri_from_fname(to) } } }
  amigos.request('workspace/willRenameFiles', renamed, function(edit)
    if type(edit) == 'table' then
      vim.lsp.util.apply_workspace_edit(edit, client and client.offset_encoding or 'utf-16')
    end
    vim.api.nvim_buf_call(bufnr, function()
      vim.cmd('silent noautocmd update')
    end)
    vim.fn.mkdir(vim.fs.dirname(to), 'p')
    vim.lsp.util.rename(from, to, {})
  end)
end

--- Tells the server of a buffer whose file is still to be written: it gives it a package clause if it is empty.
---@param client vim.lsp.Client
---@param bufnr integer
function M.on_attach(client, bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  local is_new = vim.bo[bufnr].filetype == 'go' and vim.bo[bufnr].buftype == '' and not vim.uv.fs_stat(name)
  local text = vim.api.nvim_buf_get_lines(bufnr, 0, 2, false)
  if is_new and #text <= 1 and (text[1] or '') == '' then
    client:notify('workspace/didCreateFiles', { files = { { uri = vim.uri_from_bufnr(bufnr) } } })
  end
end

return M
