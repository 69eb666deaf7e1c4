#!/bin/sh
# Brings an archive of fonds up to date, and commits what has changed.
#
#     pull-and-commit.sh DIR [OPTIONS OF FONDS PULL...]
#
# For cron, a systemd timer, a CI job, or by hand. DIR is an archive (made by fonds init) in a git repository; it
# need not be the repository's top. What a pull could do is committed also when some of it failed: a post that
# is kept is whole. The exit code is that of fonds pull (docs/exit-codes.md), or git's when git failed.
#
# PUSH=1        push the commit
# FONDS         the command, when it is not called fonds
# Cookies:      FONDS_COOKIES or FONDS_COOKIES_FILE, as for fonds pull; neither is ever committed
set -eu

dir=${1:?"usage: pull-and-commit.sh DIR [OPTIONS OF FONDS PULL...]"}
shift
fonds=${FONDS:-fonds}

cd "$dir"
if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    echo "pull-and-commit: $dir is in no git repository: run git init there" >&2
    exit 2
fi

# git must not change line ends: every byte of an archive is in its manifest. What fonds makes for itself on
# each machine need not be shared.
[ -e .gitattributes ] || echo '* -text' >.gitattributes
[ -e .gitignore ] || printf '%s\n' .fonds/lock .fonds/search.sqlite .fonds/verified.sqlite '.fonds/*.tmp' >.gitignore

said=$(mktemp)
trap 'rm -f "$said"' EXIT
code=0
"$fonds" pull . "$@" >"$said" || code=$?
cat "$said"

# 1 a defect, 2 wrong usage, 32 no archive, 128 disk, 130 stopped: what is there now is for the next pull.
case $code in
    0 | 4 | 8 | 12 | 16 | 20 | 24 | 28) ;;
    *) exit "$code" ;;
esac

# A global list of ignored files (*.sqlite, data/, …) must not leave out a part of the archive.
git -c core.excludesFile=/dev/null add --all .
if git diff --cached --quiet -- .; then
    exit "$code"
fi
if ! git config user.email >/dev/null; then
    GIT_AUTHOR_NAME=fonds GIT_AUTHOR_EMAIL=fonds@localhost GIT_COMMITTER_NAME=fonds GIT_COMMITTER_EMAIL=fonds@localhost
    export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
fi
{
    echo "fonds pull, $(date -u +%Y-%m-%d)"
    echo
    cat "$said"
} | git commit --quiet --file=- -- .
if [ "${PUSH:-}" = 1 ]; then
    git push --quiet
fi
exit "$code"
