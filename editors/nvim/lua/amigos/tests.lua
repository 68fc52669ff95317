-- `:Amigos test`: the server runs the tests; failures stand at the failing line and in the quickfix list.
local amigos = require('amigos')

local M = {}

local namespace = vim.api.nvim_create_namespace('amigos.tests')

--- The place that the output of a failed test names first: `forum_test.go:12: got 1`.
---@param output string
---@return string? file, integer? line
function M.failure_place(output)
  local file, line = output:match('([%w_.-]+%.go):(%d+)')
  return file, tonumber(line)
end

--- The names of the tests of this buffer's package, for completion.
---@return string[]
function M.names()
  local client = amigos.client()
  local params = { command = 'amigos.tests', arguments = { { uri = vim.uri_from_bufnr(0) } } }
  local answer = client and client:request_sync('workspace/executeCommand', params, 1000)
  local tests = answer and answer.result and answer.result.tests or {}
  return vim.tbl_map(function(test)
    return test.name
  end, tests)
end

-- Shows the verdicts: diagnostics in loaded buffers, the quickfix list, a line that sums up.
local function show(verdicts, places)
  vim.diagnostic.reset(namespace)
  local items, by_buffer, count = {}, {}, { pass = 0, fail = 0, skip = 0 }
  for _, verdict in ipairs(verdicts) do
    count[verdict.status] = (count[verdict.status] or 0) + 1
    local place = places[verdict.name]
    if verdict.status == 'fail' and place then
      local path = vim.uri_to_fname(place.uri)
      local file, line = M.failure_place(verdict.output)
      if file then
        path = vim.fs.joinpath(vim.fs.dirname(path), file)
      end
      line = line or place.range.start.line + 1
      local text = verdict.name .. ': ' .. vim.trim((verdict.output:gsub('%s+', ' ')))
      table.insert(items, { filename = path, lnum = line, col = 1, text = text, type = 'E' })
      local bufnr = vim.fn.bufadd(path)
      by_buffer[bufnr] = by_buffer[bufnr] or {}
      table.insert(by_buffer[bufnr], {
        lnum = line - 1,
        col = 0,
        message = vim.trim(verdict.output),
        severity = vim.diagnostic.severity.ERROR,
        source = 'amigos test',
      })
    end
  end
  for bufnr, found in pairs(by_buffer) do
    vim.diagnostic.set(namespace, bufnr, found)
  end
  vim.fn.setqflist({}, ' ', { title = ':Amigos test', items = items })
  local skipped = count.skip > 0 and (', %d skipped'):format(count.skip) or ''
  local level = count.fail > 0 and vim.log.levels.ERROR or vim.log.levels.INFO
  vim.notify(('amigos: %d passed, %d failed%s'):format(count.pass, count.fail, skipped), level)
  if count.fail > 0 then
    vim.cmd('botright copen')
    vim.cmd.wincmd('p')
  end
end

--- Runs the tests of a package; with a name, those that have it.
---@param name string
---@param uri? string a file of the package; this buffer if it is left out
---@param lines? boolean whether to show what each line cost
function M.run(name, uri, lines)
  uri = uri or vim.uri_from_bufnr(0)
  amigos.execute('amigos.tests', { { uri = uri } }, function(found)
    local places = {}
    for _, test in ipairs(found.tests or {}) do
      places[test.name] = test
    end
    amigos.execute('amigos.runTest', { { uri = uri, ['function'] = name, lines = lines or false } }, function(result)
      if #(result.tests or {}) == 0 then
        return vim.notify('amigos: ' .. (name == '' and 'this package has no tests' or ('there is no test `%s`'):format(name)), vim.log.levels.WARN)
      end
      show(result.tests, places)
      if lines then
        require('amigos.lines').show(vim.iter(result.tests):map(function(verdict)
          return verdict.lines or {}
        end):flatten(1):totable())
      end
    end)
  end)
end

return M
