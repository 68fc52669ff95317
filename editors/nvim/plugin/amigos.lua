-- Enables the server for Go buffers that belong to a contract, and defines `:Amigos`.
if vim.g.loaded_amigos then
  return
end
vim.g.loaded_amigos = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('amigos: Neovim 0.11 or newer is needed', vim.log.levels.ERROR)
  return
end

vim.lsp.enable('amigos')

vim.api.nvim_create_user_command('Amigos', function(opts)
  require('amigos.commands').run(opts)
end, {
  nargs = '*',
  desc = 'Amigos: simulate, state, network, restart, ...',
  complete = function(lead, line, position)
    return require('amigos.commands').complete(lead, line, position)
  end,
})

local group = vim.api.nvim_create_augroup('amigos', {})

-- a buffer may become a contract's by an edit: a manifest is added, or an import of the hub
vim.api.nvim_create_autocmd('BufWritePost', {
  group = group,
  pattern = { '*.go', 'amigos.toml' },
  callback = function()
    require('amigos').attach_all()
  end,
})

-- sources that the server shows without a file: fetched packages, the standard library
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = 'amigos://*',
  callback = function(event)
    require('amigos').read_virtual(event.buf, event.match)
  end,
})
