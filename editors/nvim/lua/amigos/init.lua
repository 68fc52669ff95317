-- The plugin: what happens around a running server. It decides nothing about contracts; the server does.
local config = require('amigos.config')

local M = {}

--- Optional: the plugin works without it. See |amigos-options|.
---@param options? amigos.Options
function M.setup(options)
  config.set(options)
  for _, client in ipairs(M.clients()) do
    client.settings = { amigos = config.settings() }
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- All running clients; with a buffer, those of that buffer.
---@param bufnr? integer
---@return vim.lsp.Client[]
function M.clients(bufnr)
  return vim.lsp.get_clients({ name = 'amigos', bufnr = bufnr })
end

--- The client to ask: the current buffer's, else any.
---@return vim.lsp.Client?
function M.client()
  return M.clients(0)[1] or M.clients()[1]
end

--- Sends a request and hands its result to `use`; an error is shown to the user.
---@param method string
---@param params table
---@param use fun(result: any)
function M.request(method, params, use)
  local client = M.client()
  if not client then
    vim.notify('amigos: no server is running here (see `:checkhealth amigos`)', vim.log.levels.WARN)
    return
  end
  client:request(method, params, function(err, result)
    if err then
      vim.notify('amigos: ' .. (err.message or vim.inspect(err)), vim.log.levels.ERROR)
    else
      use(result)
    end
  end)
end

--- Executes a command of the server and hands its result to `use`.
---@param name string
---@param arguments any[]
---@param use fun(result: any)
function M.execute(name, arguments, use)
  M.request('workspace/executeCommand', { command = name, arguments = arguments }, use)
end

--- One server serves all packages: a further root becomes a workspace folder of the running one.
---@param client vim.lsp.Client
---@param wanted vim.lsp.ClientConfig
function M.reuse(client, wanted)
  if client.name ~= wanted.name or client:is_stopped() then
    return false
  end
  local root = wanted.root_dir
  if not root then
    return true
  end
  client.workspace_folders = client.workspace_folders or {}
  for _, folder in ipairs(client.workspace_folders) do
    local known = vim.uri_to_fname(folder.uri)
    if known == root or vim.startswith(root, known .. '/') then
      return true
    end
  end
  local folder = { uri = vim.uri_from_fname(root), name = root }
  table.insert(client.workspace_folders, folder)
  client:notify('workspace/didChangeWorkspaceFolders', { event = { added = { folder }, removed = {} } })
  return true
end

-- Neovim 0.12 keeps lenses up to date by itself; 0.11 has to be told when.
local lenses_are_automatic = vim.lsp.codelens.enable ~= nil

--- Asks for the lenses of a buffer and shows them.
---@param client vim.lsp.Client
---@param bufnr integer
function M.refresh_lenses(client, bufnr)
  if lenses_are_automatic or not config.options.code_lens or not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  if not client:supports_method('textDocument/codeLens', bufnr) then
    return
  end
  local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
  client:request('textDocument/codeLens', params, function(err, result, ctx)
    if err and err.code == vim.lsp.protocol.ErrorCodes.ContentModified then
      -- something overtook the request: ask again
      vim.defer_fn(function()
        if not client:is_stopped() then
          M.refresh_lenses(client, bufnr)
        end
      end, 100)
      return
    end
    vim.lsp.codelens.on_codelens(err, result, ctx)
  end, bufnr)
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.on_attach(client, bufnr)
  -- Neovim leaves K alone where the file type has a program for it, as Go's has: `go doc`, which knows no live values
  vim.api.nvim_buf_call(bufnr, function()
    if vim.fn.maparg('K', 'n') == '' then
      vim.keymap.set('n', 'K', function()
        vim.lsp.buf.hover()
      end, { buffer = bufnr, desc = 'vim.lsp.buf.hover()' })
    end
  end)
  if vim.bo[bufnr].filetype ~= 'go' then
    -- a manifest has completion and hover and nothing else
    return
  end
  require('amigos.format').on_attach(client, bufnr)
  require('amigos.files').on_attach(client, bufnr)
  require('amigos.asked').on_attach(client, bufnr)
  if config.options.completion.enable then
    vim.lsp.completion.enable(true, client.id, bufnr, { autotrigger = true })
  end
  if config.options.inlay_hints and client:supports_method('textDocument/inlayHint', bufnr) then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  if not config.options.code_lens then
    return
  end
  if lenses_are_automatic then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  local group = vim.api.nvim_create_augroup('amigos.lenses.' .. bufnr, {})
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'BufWritePost' }, {
    group = group,
    buffer = bufnr,
    callback = function()
      for _, running in ipairs(M.clients(bufnr)) do
        M.refresh_lenses(running, bufnr)
      end
    end,
  })
  M.refresh_lenses(client, bufnr)
end

--- The last `amigos/status` of the server, or nil before the first.
---@type { network?: string, height?: integer, at?: integer, age_ms?: integer, busy?: boolean, health?: string, message?: string }?
M.status = nil

--- Digits in groups of three, as everywhere in Amigos.
---@param number integer
function M.grouped(number)
  local text = ('%d'):format(number)
  return (text:reverse():gsub('(%d%d%d)', '%1,'):reverse():gsub('^,', ''))
end

--- A line for status bars: `amigos · local 1,204,331`, `1,190 of 1,204` while an earlier height is looked at; empty while no server runs.
function M.statusline()
  local status = M.status
  if not status or #M.clients() == 0 then
    return ''
  end
  local text = 'amigos'
  if type(status.network) == 'string' and status.network ~= '' then
    text = text .. ' · ' .. status.network
  end
  if type(status.height) == 'number' then
    local at = type(status.at) == 'number' and M.grouped(status.at) .. ' of ' or ''
    text = text .. ' ' .. at .. M.grouped(status.height)
  end
  if status.health == 'offline' then
    text = text .. ' (offline)'
  elseif status.health == 'error' then
    text = text .. ' (error)'
  end
  return text
end

-- Handlers of what only this server sends, or what Neovim 0.11 does not handle itself.
M.handlers = {
  ['amigos/status'] = function(_, result)
    M.status = result
    vim.api.nvim_exec_autocmds('User', { pattern = 'AmigosStatus', data = result, modeline = false })
    vim.cmd.redrawstatus({ bang = true })
  end,
  ['amigos/watched'] = function(_, result)
    require('amigos.watch').told(result)
  end,
}
if not lenses_are_automatic then
  M.handlers['workspace/codeLens/refresh'] = function(_, _, ctx)
    local client = vim.lsp.get_client_by_id(ctx.client_id)
    for bufnr in pairs(client and client.attached_buffers or {}) do
      M.refresh_lenses(client, bufnr)
    end
    return vim.NIL
  end
end

-- Neovim forgets which lines show their hints when the server says `refresh`, and asks for new ones. If the screen is drawn before
-- they come, the old ones count as the new ones (same version of the text) and the new ones are never shown. So here it is
-- asked first, and told to forget when the answer is there: nothing is drawn in between.
local forget_hints = vim.lsp.handlers['workspace/inlayHint/refresh']

---@param client vim.lsp.Client
---@param bufnr integer
local function refresh_hints(client, bufnr)
  if not vim.api.nvim_buf_is_loaded(bufnr) or not vim.lsp.inlay_hint.is_enabled({ bufnr = bufnr }) then
    return
  end
  local last = vim.api.nvim_buf_line_count(bufnr)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
  }
  client:request('textDocument/inlayHint', params, function(err, result, ctx)
    if err or not vim.api.nvim_buf_is_loaded(bufnr) then
      -- an edit overtook the request, and asks by itself
      return
    end
    forget_hints(nil, nil, ctx)
    vim.lsp.handlers['textDocument/inlayHint'](nil, result, ctx)
  end, bufnr)
end

M.handlers['workspace/inlayHint/refresh'] = function(_, _, ctx)
  local client = vim.lsp.get_client_by_id(ctx.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    refresh_hints(client, bufnr)
  end
  return vim.NIL
end

--- Tries again to attach to every loaded buffer of Go, or with a manifest, that has no client yet.
function M.attach_all()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains({ 'go', 'toml' }, vim.bo[bufnr].filetype) and #M.clients(bufnr) == 0 then
      vim.api.nvim_buf_call(bufnr, function()
        vim.cmd.doautocmd({ args = { '<nomodeline>', 'nvim.lsp.enable', 'FileType' }, mods = { silent = true } })
      end)
    end
  end
end

--- Stops the server and starts it again for the same buffers, with the options as they are now.
function M.restart()
  local clients = M.clients()
  for _, client in ipairs(clients) do
    client:stop()
  end
  local function stopped()
    return #vim.lsp.get_clients({ name = 'amigos', _uninitialized = true }) == 0
  end
  local waited = 0
  local timer = assert(vim.uv.new_timer())
  timer:start(50, 50, vim.schedule_wrap(function()
    if timer:is_closing() then
      return
    end
    waited = waited + 50
    if not stopped() and waited == 2000 then
      for _, client in ipairs(M.clients()) do
        client:stop(true)
      end
    end
    if stopped() or waited >= 5000 then
      timer:close()
      M.status = nil
      M.attach_all()
    end
  end))
end

--- Fills a buffer whose name is an `amigos:` URI with the text that the server has for it.
---@param bufnr integer
---@param uri string
function M.read_virtual(bufnr, uri)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].swapfile = false
  local client = M.clients()[1]
  if not client then
    vim.notify('amigos: no server is running that could show ' .. uri, vim.log.levels.WARN)
    return
  end
  local answer, err = client:request_sync('amigos/virtualDocument', { uri = uri }, 10000)
  if not answer or answer.err then
    vim.notify('amigos: ' .. (answer and answer.err.message or err or 'no answer'), vim.log.levels.ERROR)
    return
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(answer.result.text, '\r?\n'))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].modified = false
  vim.bo[bufnr].filetype = uri:match('%.go$') and 'go' or ''
  vim.lsp.buf_attach_client(bufnr, client.id)
end

--- Shows a text of the server in a window above the others; `q` or `<Esc>` closes it.
---@param text string
---@param title string
function M.show(text, title)
  local lines = vim.split((text:gsub('%s+$', '')), '\r?\n')
  local width = #title + 4
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  width = math.min(width + 1, math.max(vim.o.columns - 4, 20))
  local height = math.min(#lines, math.max(vim.o.lines - 6, 3))
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = 'amigos-result'
  local window = vim.api.nvim_open_win(bufnr, true, {
    relative = 'editor',
    row = math.max(math.floor((vim.o.lines - height) / 2) - 1, 0),
    col = math.max(math.floor((vim.o.columns - width) / 2), 0),
    width = width,
    height = height,
    style = 'minimal',
    border = config.options.border,
    title = ' ' .. title .. ' ',
  })
  vim.wo[window].wrap = false
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, '<Cmd>close<CR>', { buffer = bufnr, nowait = true, desc = 'close the result' })
  end
  return window
end

--- Shows the text of a result; what is to be run in a terminal stands ready there.
---@param result any
---@param title string
function M.act_on(result, title)
  if type(result) ~= 'table' then
    return
  end
  if type(result.terminal) == 'table' then
    local words = vim.deepcopy(result.terminal.command)
    if words[1] == 'amigos' then
      words[1] = config.server() or 'amigos'
    end
    vim.cmd('botright 15new')
    -- keys and passwords are typed there, never into the editor
    vim.fn.jobstart(words, { term = true, cwd = result.terminal.cwd })
    return
  end
  if type(result.text) == 'string' then
    M.show(result.text, title)
  end
end

-- Lenses carry commands of the server; their results come back here.
local function show_result_of(name, title)
  vim.lsp.commands[name] = function(command)
    M.execute(name, command.arguments or {}, function(result)
      M.act_on(result, title)
    end)
  end
end
show_result_of('amigos.simulate', 'simulation')
show_result_of('amigos.trace', 'trace')
show_result_of('amigos.scenario', 'scenario')
show_result_of('amigos.replay', 'replay')
show_result_of('amigos.state', 'state')
show_result_of('amigos.gas', 'gas')
show_result_of('amigos.render', 'render')
show_result_of('amigos.deploy', 'deploy')

-- The action that saves a simulation does so as `:Amigos save-test` does.
vim.lsp.commands['amigos.saveTest'] = function(command)
  require('amigos.live').save_test((command.arguments or {})[1] or {})
end

-- The lens above a test runs it as `:Amigos test` does.
vim.lsp.commands['amigos.runTest'] = function(command)
  local argument = (command.arguments or {})[1] or {}
  require('amigos.tests').run(argument['function'] or '', argument.uri)
end

-- The lens that counts shows the places in the quickfix list.
vim.lsp.commands['amigos.showReferences'] = function(command)
  local places = (command.arguments or {})[3] or {}
  if #places == 0 then
    return vim.notify('amigos: nothing names it')
  end
  local client = M.client()
  local items = vim.lsp.util.locations_to_items(places, client and client.offset_encoding or 'utf-16')
  vim.fn.setqflist({}, ' ', { title = command.title or 'references', items = items })
  vim.cmd('botright copen')
end

return M
