#!/usr/bin/env bash
# What action.yml runs: checks the workspace of the folder, and comments on the pull request if that is wanted.
# Its settings are variables that begin with MODCHECK; action.yml says what they mean.
set -euo pipefail

# The comment of an earlier run begins with this; `--format markdown` writes it.
readonly MARK='<!-- cargo-modcheck -->'

since() {
    if [[ ${MODCHECK_SINCE:-} != auto ]]; then
        printf '%s' "${MODCHECK_SINCE:-}"
        return
    fi
    local base=${MODCHECK_BASE:-}
    [[ -n $base ]] || return 0
    # A checkout holds one commit unless it is asked for more.
    if ! git cat-file -e "$base^{commit}" 2> /dev/null; then
        git fetch --quiet --no-tags --depth=1 origin "$base" >&2
    fi
    printf '%s' "$base"
}

comment() {
    local comments="repos/$GITHUB_REPOSITORY/issues/$MODCHECK_PULL_REQUEST/comments"
    local own="select(.user.type == \"Bot\" and (.body | startswith(\"$MARK\"))) | .id"
    local id
    id=$(gh api --paginate "$comments" --jq ".[] | $own" | head -n 1)
    if [[ -n $id ]]; then
        gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$1" > /dev/null
    else
        gh api --method POST "$comments" -F "body=@$1" > /dev/null
    fi
}

arguments=(check --format github)
base=$(since)
[[ -z $base ]] || arguments+=(--since "$base")
[[ -z ${MODCHECK_SARIF:-} ]] || arguments+=(--output "sarif=$MODCHECK_SARIF")

text=
if [[ ${MODCHECK_COMMENT:-} == true && -n ${MODCHECK_PULL_REQUEST:-} ]]; then
    text=$RUNNER_TEMP/cargo-modcheck.md
    rm -f "$text"
    arguments+=(--output "markdown=$text")
fi
read -r -d '' -a more <<< "${MODCHECK_ARGS:-}" || true

status=0
"${MODCHECK:-cargo-modcheck}" "${arguments[@]}" ${more[@]+"${more[@]}"} || status=$?
echo "exit-code=$status" >> "$GITHUB_OUTPUT"

# The token of a pull request from a fork may only read.
if [[ -n $text && -f $text ]] && ! comment "$text"; then
    echo "::warning title=cargo modcheck::no comment could be written: see the permissions of the token"
fi
exit "$status"
