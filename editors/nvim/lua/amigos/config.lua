-- The user's options, where the server is, and which buffers it is for.
local M = {}

-- The release that the plugin is of: the server's up to the last number.
M.release = '0.1.'

---@class amigos.Options
---@field server? string path of the `amigos` binary
---@field network? string name of the network to read live state from
---@field profile? 'contract'|'go' rules that sources are checked by
---@field hints? table<string, 'off'|'important'|'all'|boolean> see |amigos-hints|
---@field completion? { snippets?: boolean, enable?: boolean } `enable`: completion while typing by Neovim itself, see |lsp-completion|
---@field diagnostics? { pull?: boolean } whether Neovim asks for errors instead of being told them
---@field lens? { enable?: boolean, references?: boolean } whether the server makes lenses, and counts in them
---@field live? { enable?: boolean, height?: integer } whether the network is asked at all, and the height that is looked at
---@field rules? table<string, string> levels of rules by code: off, hint, low, medium, high, critical
---@field format? { on_save?: boolean, imports?: boolean, simplify?: boolean, onType?: boolean } what is formatted, and when
---@field inlay_hints? boolean show hints in the text as soon as the server is attached
---@field code_lens? boolean show lenses as soon as the server is attached
---@field border? string|string[] border of the windows that results are shown in

---@type amigos.Options
M.defaults = {
  server = nil,
  network = nil,
  profile = 'contract',
  hints = { gas = 'important', live = true },
  lens = { enable = true, references = true },
  completion = { snippets = true, enable = false },
  diagnostics = { pull = false },
  live = { enable = true },
  rules = {},
  format = { on_save = false, imports = true, simplify = false, onType = true },
  inlay_hints = true,
  code_lens = true,
  border = 'rounded',
}

---@type amigos.Options
M.options = vim.deepcopy(M.defaults)

---@param options? amigos.Options
function M.set(options)
  M.options = vim.tbl_deep_extend('force', vim.deepcopy(M.defaults), options or {})
end

--- What the server is told: at start as `initializationOptions`, afterwards as the section `amigos`.
function M.settings()
  return {
    network = M.options.network,
    profile = M.options.profile,
    hints = M.options.hints,
    lens = M.options.lens,
    completion = { snippets = M.options.completion.snippets },
    diagnostics = M.options.diagnostics,
    live = M.options.live,
    rules = next(M.options.rules) and M.options.rules or vim.empty_dict(),
    format = { simplify = M.options.format.simplify, onType = M.options.format.onType },
  }
end

--- The server's binary and where its path came from: `$AMIGOS_SERVER`, the option `server`, or PATH.
---@return string? path, string origin
function M.server()
  local named = vim.env.AMIGOS_SERVER
  if named and named ~= '' then
    return vim.fn.executable(named) == 1 and named or nil, '$AMIGOS_SERVER'
  end
  if M.options.server then
    local path = vim.fs.normalize(M.options.server)
    return vim.fn.executable(path) == 1 and path or nil, 'the option `server`'
  end
  local found = vim.fn.exepath('amigos')
  return found ~= '' and found or nil, 'PATH'
end

--- The text that says what to do when there is no server.
function M.no_server(origin)
  return ('no `amigos` binary at %s: install it, or name it with `require("amigos").setup { server = ... }`'):format(origin)
end

local told = false

--- Attaches to Go buffers below an `amigos.toml`, to those that import from the hub and to manifests, and to no others.
---@param bufnr integer
---@param attach fun(root: string)
function M.root_dir(bufnr, attach)
  local is_manifest = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr)) == 'amigos.toml'
  if vim.bo[bufnr].filetype == 'toml' and not is_manifest then
    return
  end
  local root = vim.fs.root(bufnr, 'amigos.toml')
  if not root and M.imports_hub(bufnr) then
    root = vim.fs.dirname(vim.api.nvim_buf_get_name(bufnr))
  end
  if not root then
    return
  end
  local server, origin = M.server()
  if server then
    attach(root)
  elseif not told then
    told = true
    vim.notify('amigos: ' .. M.no_server(origin), vim.log.levels.ERROR)
  end
end

--- Whether the buffer imports a package of the hub. Imports stand at the top: the first 400 lines are looked at.
---@param bufnr integer
function M.imports_hub(bufnr)
  for _, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, 400, false)) do
    if line:find('"hub.amigos.dev/', 1, true) or line:find('`hub.amigos.dev/', 1, true) then
      return true
    end
  end
  return false
end

return M
