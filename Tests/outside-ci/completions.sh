#!/bin/bash
# Tries the installed completions in bash, zsh and fish, where each looks for them.
#
# usage: Tests/outside-ci/completions.sh
#
# Needs Debian's bash-completion, zsh and fish, and what `make` has made.
# shellcheck disable=SC2016 # for other shells
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tools=(vqa-extract vqa-hash vqa-gemini vqa-merge)

# bash_offers WORDS: what bash-completion offers for a line, its last word begun.
bash_offers() {
  XDG_DATA_DIRS=$work/root/usr/share bash --norc -c '
    source /usr/share/bash-completion/bash_completion
    COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9
    read -ra COMP_WORDS <<<"$1"
    [[ $1 == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _completion_loader "${COMP_WORDS[0]}" || [ $? -eq 124 ]
    function=$(complete -p "${COMP_WORDS[0]}" | sed "s/.* -F \([^ ]*\) .*/\1/")
    "$function" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$1"
}

fish_offers() {
  HOME=$work XDG_DATA_DIRS=$work/root/usr/share fish --no-config -c '
    set -p fish_complete_path $argv[2]; complete -C $argv[1]' \
    "$1" "$work/root/usr/share/fish/vendor_completions.d" | cut -f 1
}

# zsh completes only at a terminal: one is made, TAB is typed, and what is on the
# line then is printed, at the latest when what is expected is there.
zsh_offers() {
  python3 - "$1" "$2" "$work/root/usr/share/zsh/site-functions" <<'END'
import os, pty, re, select, sys, time

line, expected, functions = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.environ.update(TERM="dumb", HOME=os.getcwd(), PS1="", COLUMNS="200")
    os.execvp("zsh", ["zsh", "-f", "-i"])

def read_until(shown):
    text, end = "", time.time() + 60
    while shown not in text and time.time() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            text += os.read(terminal, 65536).decode(errors="replace")
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return text

def send(text):
    os.write(terminal, text.encode())

send(f"fpath=({functions} $fpath); autoload -U compinit; compinit -u -D; PS1=; LISTMAX=0; setopt no_beep; echo rea''dy\n")
read_until("ready")
send(line + "\t")
print(read_until(expected))
os.close(terminal)
END
}

offers() {
  local shell=$1 line=$2 expected=$3 offered
  offered=$("${shell}_offers" "$line" "$expected" | tr -d '\r')
  grep -q -- "$expected" <<<"$offered" || { echo "$shell offers for '$line': $offered" >&2; return 1; }
}

every_tool() {
  local tool
  for tool in "${tools[@]}"; do offers "$1" "$tool --progr" --progress || return 1; done
}

start_work completions
make -s -C "$root" install DESTDIR="$work/root" PREFIX=/usr
for shell in bash zsh fish; do
  check "$shell completes an option of every tool" every_tool "$shell"
  check "$shell completes the values of an option" offers "$shell" "vqa-hash --compression sm" small
done
finish
