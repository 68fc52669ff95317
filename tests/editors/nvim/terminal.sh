#!/usr/bin/env bash
# The plugin on a real screen: Neovim in tmux, with keys typed as a person would. Needs in the environment:
#   AMIGOS_SERVER, AMIGOS_NVIM  what is tested
#   AMIGOS_TEST_OUT  a folder for the copy of the contracts and for what was on the screen
# Closes with `N passed, N failed`; the exit status is 0 when none failed.
set -uo pipefail
project=$(cd "$(dirname "$0")/../../.." && pwd)
out=$AMIGOS_TEST_OUT
patience=$((${AMIGOS_TEST_PATIENCE:-60000} / 1000))
mkdir -p "$out" && cp -r "${AMIGOS_TEST_CONTRACTS:-$project/contracts}" "$out/contracts" || exit 2
export LC_ALL=C.UTF-8 LANG=C.UTF-8
passed=0 failed=0

screen() { tmux -L "amigos$$" -f /dev/null "$@"; }
trap 'screen kill-server 2>/dev/null' EXIT
keys() { screen send-keys -t s "$@"; }

# case NAME TEXT: waits until TEXT is on the screen, and keeps the screen
case_shows() {
	local name=$1 text=$2 end=$((SECONDS + patience))
	while [ $SECONDS -lt $end ]; do
		if screen capture-pane -p -t s | grep -qF -- "$text"; then
			passed=$((passed + 1))
			echo "ok      $name"
			screen capture-pane -p -t s >"$out/$passed-${name// /-}.txt"
			return
		fi
		sleep 0.1
	done
	failed=$((failed + 1))
	echo "FAILED  $name: no \`$text\` on the screen"
	screen capture-pane -p -t s | sed 's/^/        | /'
}

cat >"$out/init.lua" <<INIT
vim.opt.runtimepath:prepend('$project/editors/nvim')
vim.o.statusline = "%f  %{v:lua.require'amigos'.statusline()}"
vim.o.laststatus = 2
vim.o.swapfile = false
INIT
start="env TERM=tmux-256color $AMIGOS_NVIM --clean -u $out/init.lua"
(cd "$out" && screen new-session -d -s s -x 120 -y 40 "$start contracts/social/forum/forum.go")

case_shows "the status line has a network" "amigos · local "
keys "/Posts \\[\\]Post" Enter
case_shows "a live value stands behind the global" "Posts []Post ="
keys "K"
case_shows "hover shows the live value" "live at height"
keys Escape "jk" ":edit contracts/social/post/post.go" Enter
case_shows "a lens stands above the function" 'simulate'
keys "/author :=" Enter ":Amigos simulate" Enter
case_shows "a simulation has a result" "→ nil"
keys "q" ":qa!" Enter

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
