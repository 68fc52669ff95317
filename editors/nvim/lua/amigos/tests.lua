-- `:Amigos test`: the server runs the tests; failures stand as its diagnostics at the failing line, and in the quickfix list.
local amigos = require('amigos')

local M = {}

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

-- Shows the verdicts: the quickfix list and a line that sums up. The diagnostics at the failing lines are the server's.
local function show(verdicts, places)
  local items, count = {}, { pass = 0, fail = 0, skip = 0 }
  for _, verdict in ipairs(verdicts) do
    count[verdict.status] = (count[verdict.status] or 0) + 1
    local place = places[verdict.name]
    local failures = verdict.status == 'fail' and verdict.failures or {}
    if verdict.status == 'fail' and #failures == 0 and place then
      failures = { { uri = place.uri, line = place.range.start.line + 1, message = verdict.output } }
    end
    for _, failure in ipairs(failures) do
      local uri = type(failure.uri) == 'string' and failure.uri or place and place.uri
      local text = verdict.name .. ': ' .. vim.trim((failure.message:gsub('%s+', ' ')))
      table.insert(items, { filename = uri and vim.uri_to_fname(uri) or nil, lnum = failure.line, col = 1, text = text, type = 'E' })
    end
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
