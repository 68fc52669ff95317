-- What Neovim has to know to start the server; everything else is in lua/amigos/.
local config = require('amigos.config')

return {
  cmd = function(dispatchers)
    return vim.lsp.rpc.start({ config.server() or 'amigos', 'lsp' }, dispatchers)
  end,
  filetypes = { 'go', 'toml' }, -- of TOML only `amigos.toml`
  root_dir = function(bufnr, attach)
    config.root_dir(bufnr, attach)
  end,
  reuse_client = function(client, wanted)
    return require('amigos').reuse(client, wanted)
  end,
  capabilities = {
    workspace = { codeLens = { refreshSupport = true }, fileOperations = { willRename = true, didCreate = true } },
    textDocument = {
      completion = { completionItem = { resolveSupport = { properties = { 'documentation', 'additionalTextEdits', 'command' } } } },
      inlineValue = { dynamicRegistration = false },
    },
  },
  handlers = require('amigos').handlers,
  settings = { amigos = {} },
  before_init = function(params, resolved)
    -- read now and not when this file is, so that a `setup()` that comes later counts
    params.initializationOptions = config.settings()
    resolved.settings.amigos = config.settings()
  end,
  on_attach = function(client, bufnr)
    require('amigos').on_attach(client, bufnr)
  end,
}
