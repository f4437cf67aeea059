#!/bin/sh
# Checks this evidence bundle offline, with openssl (3.0 or newer), sha256sum, od and POSIX tools only.
#
#   sh verify.sh FINGERPRINT
#
# FINGERPRINT is the SHA-256 of the log's public key. Get it from somebody you trust, not from this folder.
# Every step says what it proves; the first thing that is wrong is named and ends the script with status 1.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
ok() { echo "ok: $*"; }

# --- small tools ------------------------------------------------------------------------------------------------

# Bytes from hex digits, by octal escapes, because printf knows no others everywhere.
bytes() {
    printf "$(printf %s "$1" | awk '{
        digits = "0123456789abcdef"
        for (i = 1; i < length($0); i += 2) {
            n = (index(digits, substr($0, i, 1)) - 1) * 16 + index(digits, substr($0, i + 1, 1)) - 1
            printf "\\%03o", n
        }
    }')"
}
hex() { od -An -v -tx1 | tr -d ' \n'; }
digest() { sha256sum | cut -c1-64; }
unbase64() { printf '%s\n' "$1" | openssl base64 -d -A; }
# RFC 6962: a leaf is SHA-256(0x00 || data), a node is SHA-256(0x01 || left || right).
leaf_hash() { { bytes 00; cat "$1"; } | digest; }
node_hash() { bytes "01$1$2" | digest; }
# Ed25519: message file, signature file.
signed() { openssl pkeyutl -verify -pubin -inkey keys/log.pem -rawin -in "$1" -sigfile "$2" >/dev/null 2>&1; }

# The root that a leaf and its inclusion proof lead to (RFC 9162, 2.1.3.2): leaf hash, index, size, proof file of hex lines.
root_from() {
    r=$1 fn=$2 sn=$(($3 - 1))
    [ "$fn" -ge 0 ] && [ "$fn" -le "$sn" ] || return 1
    while read -r p; do
        [ "$sn" -gt 0 ] || return 1
        if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
            r=$(node_hash "$p" "$r")
            while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
        else
            r=$(node_hash "$r" "$p")
        fi
        fn=$((fn / 2)) sn=$((sn / 2))
    done <"$4"
    [ "$sn" -eq 0 ] && printf %s "$r"
}

# --- 1. the key is the one you trust ------------------------------------------------------------------------------

[ $# -eq 1 ] || fail "give the log's key fingerprint: sh verify.sh FINGERPRINT"
found=$(openssl pkey -pubin -in keys/log.pem -outform DER 2>/dev/null | digest)
[ "$found" = "$1" ] || fail "keys/log.pem: its fingerprint is $found, you gave $1"
ok "the key in keys/log.pem is the one you named"

# --- 2. the list of files is signed by that key, and every file is the one listed --------------------------------

{ printf 'tracewright-bundle-v1\n'; cat SHA256SUMS; } >"$tmp/sums" 2>/dev/null
signed "$tmp/sums" SHA256SUMS.sig || fail "SHA256SUMS or SHA256SUMS.sig: the signature does not match"
sha256sum -c SHA256SUMS >"$tmp/checked" 2>/dev/null || fail "altered or missing: $(grep -v ': OK$' "$tmp/checked" | sed 's/: FAILED.*//' | tr '\n' ' ')"
find . -type f | sed 's|^\./||' | sort >"$tmp/present"
{ cut -c67- SHA256SUMS; printf 'SHA256SUMS\nSHA256SUMS.sig\nVERIFY.md\nverify.sh\n'; } | sort >"$tmp/listed"
extra=$(comm -23 "$tmp/present" "$tmp/listed" | tr '\n' ' ')
[ -z "$extra" ] || fail "not listed in SHA256SUMS: $extra"
ok "$(wc -l <SHA256SUMS | tr -d ' ') files are unchanged and none was added"

# --- 3. the checkpoint is signed by the log -----------------------------------------------------------------------

sed '/^$/,$d' checkpoint >"$tmp/note"
signature=$(sed -n '/^$/,$p' checkpoint | sed -n '2s/.* //p')
unbase64 "$signature" >"$tmp/keyed"
tail -c +5 "$tmp/keyed" >"$tmp/signature"
signed "$tmp/note" "$tmp/signature" || fail "checkpoint: the signature does not match"
size=$(sed -n 2p checkpoint)
root=$(unbase64 "$(sed -n 3p checkpoint)" | hex)
ok "checkpoint of $size entries, root $root"

# --- 4. every record stands in the log under that checkpoint, and says what was committed -------------------------

records=0 withheld=0
for record in records/*.json; do
    case $record in *.body.json) continue ;; esac
    name=${record%.json}
    proof=$name.tlog-proof
    [ "$(sed -n 1p "$proof")" = "c2sp.org/tlog-proof@v1" ] || fail "$proof: not a tlog-proof"
    sed '1,/^$/d' "$proof" | cmp -s - checkpoint || fail "$proof: it belongs to another checkpoint"
    index=$(sed -n 's/^index //p' "$proof")
    [ "$name" = "records/$index" ] || fail "$proof: it proves entry $index"
    sed '1,/^index /d;/^$/,$d' "$proof" | while read -r line; do unbase64 "$line" | hex; echo; done >"$tmp/path"
    [ "$(root_from "$(leaf_hash "$record")" "$index" "$size" "$tmp/path")" = "$root" ] || fail "$record: the proof does not lead to the root"
    committed=$(sed -n 's/.*"body":"\([0-9a-f]*\)".*/\1/p' "$record")
    if [ -f "$name.body.json" ]; then
        opened=$({ cat "$name.salt"; bytes "$(digest <"$name.body.json")"; } | digest)
        [ "$opened" = "$committed" ] || fail "$name.body.json: it is not what the log committed to"
    else
        withheld=$((withheld + 1))
    fi
    records=$((records + 1))
done
[ "$records" -gt 0 ] || fail "records: there are none"
ok "$records records stand in the log ($withheld with their body withheld)"

# --- 5. the evidence: a record names a revision, a revision names its bodies, the bodies are here ------------------

pinned=0
while IFS='	' read -r index revision; do
    [ -n "$index" ] || continue
    grep -q "$revision" "records/$index.body.json" || fail "pins.tsv: record $index does not pin $revision"
    [ "$(digest <"revisions/$revision")" = "$revision" ] || fail "revisions/$revision: its bytes have another digest"
    pinned=$((pinned + 1))
done <pins.tsv
bodies=0
for body in bodies/*; do
    [ -f "$body" ] || continue
    [ "$(digest <"$body")" = "${body#bodies/}" ] || fail "$body: its bytes have another digest"
    grep -q -r "${body#bodies/}" revisions || fail "$body: no pinned revision names it"
    bodies=$((bodies + 1))
done
ok "$pinned pinned revisions and $bodies bodies are the bytes that were judged"

# --- 6. every quote stands in its body, at its place -----------------------------------------------------------

quotes=0
while IFS='	' read -r index body start length quoted; do
    [ -n "$index" ] || continue
    grep -q "$body" "records/$index.body.json" || fail "quotes.tsv: record $index does not quote $body"
    there=$(tail -c +$((start + 1)) "bodies/$body" | head -c "$length" | digest)
    [ "$there" = "$quoted" ] || fail "bodies/$body: the quote of record $index is not at byte $start"
    quotes=$((quotes + 1))
done <quotes.tsv
ok "$quotes quotes stand verbatim in their bodies"
