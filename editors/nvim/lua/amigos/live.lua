-- What runs on live state besides single calls: examples together, a simulation as a test, the calls of the past; the height and the network that are looked at.
local amigos = require('amigos')

local M = {}

-- The lenses with a command at or above the cursor that are nearest; with a name, those about the function of that name.
local function with_lenses(command, name, use)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  amigos.request('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params(0) }, function(lenses)
    local best, found = -1, {}
    for _, lens in ipairs(lenses or {}) do
      local line = lens.range.start.line
      local argument = lens.command and lens.command.command == command and lens.command.arguments[1]
      local of = argument and (argument['function'] or (argument.steps or {})[1] and argument.steps[1]['function'])
      if argument and (name and of == name or not name and line <= row and line >= best) then
        if line > best and not name then
          best, found = line, {}
        end
        table.insert(found, lens.command)
      end
    end
    use(found)
  end)
end

M.with_lenses = with_lenses

--- Runs the examples of one doc comment, each on what those before it left: those at or above the cursor, or of the function `rest`.
---@param rest string
function M.scenario(rest)
  with_lenses('amigos.scenario', rest ~= '' and rest or nil, function(found)
    if not found[1] then
      return vim.notify(
        'amigos: no examples here: several lines `// Example: F(1)` in one doc comment are run together',
        vim.log.levels.WARN
      )
    end
    vim.lsp.commands['amigos.scenario'](found[1], {})
  end)
end

--- Saves a call as a test with the state that it read. The server writes both; here they become files.
---@param call table
function M.save_test(call)
  local client = amigos.client()
  amigos.execute('amigos.saveTest', { vim.tbl_extend('force', call, { apply = false }) }, function(saved)
    local files = {}
    for _, change in ipairs(saved.edit.documentChanges) do
      if change.textDocument then
        table.insert(files, vim.uri_to_fname(change.textDocument.uri))
        vim.fn.mkdir(vim.fs.dirname(files[#files]), 'p')
      end
    end
    vim.lsp.util.apply_workspace_edit(saved.edit, client and client.offset_encoding or 'utf-16')
    for _, file in ipairs(files) do
      local bufnr = vim.fn.bufadd(file)
      vim.api.nvim_buf_call(bufnr, function()
        vim.cmd('silent noautocmd write!')
      end)
    end
    vim.cmd.split(vim.fn.fnameescape(vim.uri_to_fname(saved.uri)))
    vim.fn.search('\\V\\^func ' .. saved.test .. '(', 'w')
    vim.notify('amigos: ' .. vim.trim(saved.text))
  end)
end

--- Runs the last calls of this package again, on the code as it stands here.
---@param rest string how many
function M.replay(rest)
  local argument = { uri = vim.uri_from_bufnr(0), last = tonumber(rest) }
  vim.notify('amigos: replaying past calls on this code')
  amigos.execute('amigos.replay', { argument }, function(result)
    amigos.act_on(result, 'replay')
  end)
end

-- Looks at a height from now on; 0 is the newest.
local function look_at(height)
  amigos.execute('amigos.height', { height > 0 and { height = height } or vim.empty_dict() }, function(result)
    local at = type(result.at) == 'number' and result.at
    vim.notify(at and ('amigos: looking back at height %s'):format(amigos.grouped(at)) or 'amigos: looking at the newest height')
  end)
end

--- Chooses the height that hovers, hints, state and simulations look at.
---@param rest string a height, or `newest`
function M.height(rest)
  if rest == 'newest' then
    return look_at(0)
  elseif rest ~= '' then
    local height = tonumber((rest:gsub('[,_]', '')))
    if not height or height < 1 or height % 1 ~= 0 then
      return vim.notify('amigos: `:Amigos height NUMBER`, or `newest`', vim.log.levels.WARN)
    end
    return look_at(height)
  end
  local newest = amigos.status and type(amigos.status.height) == 'number' and amigos.status.height or 0
  local choices = { { text = 'newest', height = 0 } }
  for _, blocks in ipairs({ 1, 10, 100, 1000 }) do
    if blocks < newest then
      local height = newest - blocks
      table.insert(choices, { text = ('%s (%d %s ago)'):format(amigos.grouped(height), blocks, blocks == 1 and 'block' or 'blocks'), height = height })
    end
  end
  vim.ui.select(choices, {
    prompt = 'height',
    format_item = function(choice)
      return choice.text
    end,
  }, function(choice)
    if choice then
      look_at(choice.height)
    end
  end)
end

local function switch_network(name)
  amigos.execute('amigos.network', { { name = name } }, function()
    vim.notify('amigos: network `' .. name .. '`')
  end)
end

--- `* local  online, height 1,204`: a network as the server tells it.
---@param network table
function M.network_line(network)
  local words = {}
  if network.online ~= nil then
    table.insert(words, network.online == true and 'online' or 'away')
  end
  if type(network.height) == 'number' then
    table.insert(words, 'height ' .. amigos.grouped(network.height))
  end
  return ('%s %s  %s  %s'):format(network.current and '*' or ' ', network.name, table.concat(words, ', '), network.rpc or '')
end

--- Chooses the network; without a name, from all that are known, with whether each is there.
---@param rest string a name or a URL
function M.network(rest)
  if rest ~= '' then
    return switch_network(rest)
  end
  amigos.execute('amigos.network', { { probe = true } }, function(result)
    vim.ui.select(result.networks or {}, { prompt = 'network', format_item = M.network_line }, function(network)
      if network then
        switch_network(network.name)
      end
    end)
  end)
end

--- The names of the networks, for completion.
---@return string[]
function M.networks()
  local client = amigos.client()
  local answer = client and client:request_sync('workspace/executeCommand', { command = 'amigos.network', arguments = {} }, 500)
  return vim.tbl_map(function(network)
    return network.name
  end, answer and answer.result and answer.result.networks or {})
end

return M
