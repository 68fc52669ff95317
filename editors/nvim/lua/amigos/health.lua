-- `:checkhealth amigos`
local M = {}

function M.check()
  local config = require('amigos.config')
  local amigos = require('amigos')
  local health = vim.health

  health.start('amigos: editor')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim 0.11 or newer is needed')
    return
  end
  if vim.lsp.is_enabled('amigos') then
    health.ok('the server is enabled for Go buffers that belong to a contract')
  else
    health.warn('the server is not enabled', { 'call `vim.lsp.enable("amigos")`' })
  end

  health.start('amigos: server')
  local server, origin = config.server()
  if not server then
    health.error(config.no_server(origin))
  else
    local ran, result = pcall(function()
      return vim.system({ server, '--version' }, { text = true, timeout = 5000 }):wait()
    end)
    if ran and result.code == 0 then
      health.ok(('%s, %s (from %s)'):format(vim.trim(result.stdout), server, origin))
      if not result.stdout:find('amigos ' .. config.release, 1, true) then
        health.warn(('the plugin is of release %s'):format(config.release), { 'install both of one release' })
      end
    else
      health.error(('`%s --version` failed: %s'):format(server, ran and vim.trim(result.stderr or '') or tostring(result)))
    end
  end

  local clients = amigos.clients()
  if #clients == 0 then
    health.info('not running: it starts with the first Go file below an `amigos.toml` or with an import of hub.amigos.dev')
  end
  for _, client in ipairs(clients) do
    health.ok(('running, %d buffers, root %s'):format(vim.tbl_count(client.attached_buffers), client.root_dir or 'none'))
  end
  if amigos.status then
    local say = amigos.status.health == 'error' and health.error or amigos.status.health == 'offline' and health.warn or health.ok
    say(amigos.statusline() .. (amigos.status.message and ': ' .. amigos.status.message or ''))
    if type(amigos.status.at) == 'number' then
      health.warn('an earlier height is looked at', { '`:Amigos height newest` goes back to the present' })
    end
  end
  local params = { command = 'amigos.network', arguments = { { probe = true } } }
  local answer = clients[1] and clients[1]:request_sync('workspace/executeCommand', params, 5000)
  for _, network in ipairs(answer and answer.result and answer.result.networks or {}) do
    local line = vim.trim((require('amigos.live').network_line(network):gsub('^%* ', '')))
    health[network.online == true and 'ok' or 'info']('network ' .. line)
  end

  health.start('amigos: other servers')
  local others = {}
  for bufnr in pairs(clients[1] and clients[1].attached_buffers or {}) do
    for _, client in ipairs(vim.lsp.get_clients({ bufnr = bufnr })) do
      if client.name ~= 'amigos' then
        others[client.name] = true
      end
    end
  end
  if next(others) then
    health.warn(
      'attached to the same buffers: ' .. table.concat(vim.tbl_keys(others), ', '),
      { 'a Go server does not know the chain (`msg`, `amigos`, hub imports) and reports errors of its own there' }
    )
  else
    health.ok('none on the same buffers')
  end
end

return M
