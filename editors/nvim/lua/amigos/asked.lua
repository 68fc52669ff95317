-- What is shown when it is asked for: the findings of the whole workspace, what stands behind a hint, the documentation of a completion.
local amigos = require('amigos')

local M = {}

--- The findings of all files of the workspace, opened or not, in the quickfix list.
function M.check()
  amigos.request('workspace/diagnostic', { previousResultIds = {} }, function(result)
    local items = {}
    for _, report in ipairs(result.items or {}) do
      for _, found in ipairs(report.items or {}) do
        table.insert(items, {
          filename = vim.uri_to_fname(report.uri),
          lnum = found.range.start.line + 1,
          col = found.range.start.character + 1,
          text = (found.code and tostring(found.code) .. ' ' or '') .. found.message,
          type = ({ 'E', 'W', 'I', 'N' })[found.severity or 1],
        })
      end
    end
    vim.fn.setqflist({}, ' ', { title = ':Amigos check', items = items })
    vim.notify(('amigos: %d %s in the workspace'):format(#items, #items == 1 and 'finding' or 'findings'))
    if #items > 0 then
      vim.cmd('botright copen')
      vim.cmd.wincmd('p')
    end
  end)
end

local function text_of(markup)
  return type(markup) == 'table' and markup.value or type(markup) == 'string' and markup or ''
end

--- What stands behind the hints of this line: the terms of a bound, where a value comes from.
function M.hint()
  local client = amigos.client()
  local bufnr = vim.api.nvim_get_current_buf()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local found = vim.lsp.inlay_hint.get({
    bufnr = bufnr,
    range = { start = { line = row, character = 0 }, ['end'] = { line = row, character = 2147483647 } },
  })
  local texts, left = {}, #found
  local function done()
    left = left - 1
    if left > 0 then
      return
    end
    if #texts == 0 then
      return vim.notify('amigos: nothing more is known of the hints of this line')
    end
    vim.lsp.util.open_floating_preview(vim.split(table.concat(texts, '\n\n'), '\n'), 'markdown', { border = require('amigos.config').options.border })
  end
  if left == 0 or not client then
    return vim.notify('amigos: there is no hint on this line', vim.log.levels.WARN)
  end
  for _, one in ipairs(found) do
    client:request('inlayHint/resolve', one.inlay_hint, function(err, resolved)
      local text = not err and resolved and text_of(resolved.tooltip) or ''
      if text ~= '' then
        table.insert(texts, text)
      end
      done()
    end, bufnr)
  end
end

--- Shows the documentation of the completion that is chosen, which the server is asked for then.
---@param client vim.lsp.Client
---@param bufnr integer
function M.on_attach(client, bufnr)
  vim.api.nvim_create_autocmd('CompleteChanged', {
    group = vim.api.nvim_create_augroup('amigos.completion.' .. bufnr, {}),
    buffer = bufnr,
    desc = 'amigos: documentation of the chosen completion',
    callback = function()
      local chosen = vim.tbl_get(vim.v.event, 'completed_item', 'user_data', 'nvim', 'lsp') or {}
      local item = chosen.completion_item
      if not item or chosen.client_id ~= client.id or item.documentation or not item.data then
        return
      end
      local selected = vim.fn.complete_info({ 'selected' }).selected
      client:request('completionItem/resolve', item, function(err, resolved)
        local text = not err and resolved and text_of(resolved.documentation) or ''
        if text == '' or vim.fn.pumvisible() == 0 or vim.fn.complete_info({ 'selected' }).selected ~= selected then
          return
        end
        local window = vim.api.nvim__complete_set(selected, { info = text })
        if window.bufnr and vim.api.nvim_buf_is_valid(window.bufnr) then
          vim.bo[window.bufnr].filetype = 'markdown'
        end
      end, bufnr)
    end,
  })
end

return M
