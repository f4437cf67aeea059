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
tmp=${TMPDIR:-/tmp}/tracewright-verify.$$
(umask 077 && mkdir "$tmp") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

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
digest() { sum=$(sha256sum) && printf %s "${sum%% *}"; }
# Lines of base64 as lines of hex digits.
hex_lines() {
    awk '{
        out = ""; bits = 0; value = 0
        for (i = 1; i <= length($0); i++) {
            at = index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr($0, i, 1)) - 1
            if (at < 0) break
            value = value * 64 + at; bits += 6
            if (bits >= 8) {
                bits -= 8; unit = 2 ^ bits; byte = int(value / unit); value -= byte * unit
                out = out sprintf("%02x", byte)
            }
        }
        print out
    }'
}
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
        [ ${#p} -eq 64 ] && [ "$sn" -gt 0 ] || return 1
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
find . ! -type d | sed 's|^\./||' | sort >"$tmp/present"
{ cut -c67- SHA256SUMS; printf 'SHA256SUMS\nSHA256SUMS.sig\nVERIFY.md\nverify.sh\n'; } | sort >"$tmp/listed"
extra=$(comm -23 "$tmp/present" "$tmp/listed" | tr '\n' ' ')
[ -z "$extra" ] || fail "not listed in SHA256SUMS: $extra"
ok "$(wc -l <SHA256SUMS | tr -d ' ') files are unchanged and none was added"

# --- 3. the checkpoint is signed by the log -----------------------------------------------------------------------

sed '/^$/,$d' checkpoint >"$tmp/note"
# The signature line ends in base64 of the key's id (4 bytes) and the signature.
keyed=$(sed -n '/^$/,$p' checkpoint | sed -n '2s/.* //p' | hex_lines)
bytes "${keyed#????????}" >"$tmp/signature"
signed "$tmp/note" "$tmp/signature" || fail "checkpoint: the signature does not match"
size=$(sed -n 2p checkpoint)
root=$(sed -n 3p checkpoint | hex_lines)
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
    sed '1,/^index /d;/^$/,$d' "$proof" | hex_lines >"$tmp/path"
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

tab=$(printf '\t')
pinned=0
while IFS=$tab read -r index revision; do
    grep -q '"type":"audit.evidence_pinned.v1"' "records/$index.json" &&
        grep -q "\"revision\":\"$revision\"" "records/$index.body.json" || fail "pins.tsv: record $index does not pin $revision"
    [ "$(digest <"revisions/$revision")" = "$revision" ] || fail "revisions/$revision: its bytes have another digest"
    pinned=$((pinned + 1))
done <pins.tsv
# Every run of 64 hex digits in a revision.
: >"$tmp/images"
for revision in revisions/*; do
    [ ! -f "$revision" ] || { cat "$revision"; echo; } >>"$tmp/images"
done
tr -c '0-9a-fA-F' '\n' <"$tmp/images" | awk 'length($0) == 64' | sort -u >"$tmp/named"
bodies=0
for body in bodies/*; do
    [ -f "$body" ] || continue
    [ "$(digest <"$body")" = "${body#bodies/}" ] || fail "$body: its bytes have another digest"
    grep -q -x "${body#bodies/}" "$tmp/named" || fail "$body: no pinned revision names it"
    bodies=$((bodies + 1))
done
ok "$pinned pinned revisions and $bodies bodies are the bytes that were judged"
erased=0
[ ! -f erased.tsv ] || while IFS=$tab read -r index revision record; do
    grep -q '"type":"audit.evidence_pinned.v1"' "records/$index.json" &&
        grep -q "\"revision\":\"$revision\"" "records/$index.body.json" || fail "erased.tsv: record $index does not pin $revision"
    [ ! -f "revisions/$revision" ] || fail "erased.tsv: revisions/$revision is here"
    grep -q '"type":"traces.erased.v1"' "records/$record.json" || fail "erased.tsv: record $record is no erasure"
    erased=$((erased + 1))
done <erased.tsv
[ "$erased" -eq 0 ] || ok "$erased pinned revisions were erased later; the records named in erased.tsv say by whom and why"

# --- 6. every quote stands in its body, at its place -----------------------------------------------------------

quotes=0
while IFS=$tab read -r index body start length quoted; do
    grep -q -e '"type":"audit.verdict_given.v1"' -e '"type":"audit.claim_stated.v1"' "records/$index.json" ||
        fail "quotes.tsv: record $index is no verdict and states no claim"
    grep "\"body_digest\":\"$body\"" "records/$index.body.json" |
        grep -q "\"byte_start\":$start,\"byte_length\":$length,\"digest\":\"$quoted\"" ||
        fail "quotes.tsv: record $index does not quote $body there"
    there=$(tail -c +$((start + 1)) "bodies/$body" | dd bs=1 count="$length" 2>/dev/null | digest)
    [ "$there" = "$quoted" ] || fail "bodies/$body: the quote of record $index is not at byte $start"
    quotes=$((quotes + 1))
done <quotes.tsv
ok "$quotes quotes stand verbatim in their bodies"

# --- 7. the score is what its inputs make of it, and the inputs are what the records say --------------------------

number() { sed -n 's/.*"'"$1"'":"\{0,1\}\([0-9.]*\).*/\1/p' score/result.json; }
claimed="$(number assured) $(number expected) $(number confidence) $(number coverage)"
found=$(awk -f score/recompute.awk -v mu="$(number mu)" -v a="$(number prior)" -v w="$(number prior_weight)" \
    -v z2="$(number z_squared)" score/inputs.csv) || fail "score/inputs.csv: it cannot be recomputed"
[ "$found" = "$claimed" ] || fail "score/result.json: it says $claimed, the inputs give $found"
# A line that counts (column 11) or covers its claim (12) names a record (3), each line its own. That a trace is not as it
# was logged is no verdict, and only takes away.
line=$(awk -F, 'NR > 1 && ($3 == "" ? ($11 == 1 || $12 == 1) && !($4 == "integrity" && $5 == "refuted") : seen[$3]++) {
    print NR; exit
}' score/inputs.csv)
[ -z "$line" ] || fail "score/inputs.csv: line $line counts no record, or one that another line counts"
sed 1d score/inputs.csv | cut -d, -f3,5,6,14 >"$tmp/verdicts"
while IFS=, read -r index outcome relation claim; do
    [ -n "$index" ] || continue
    [ -f "records/$index.json" ] || fail "records/$index.json: the score counts it and it is missing"
    grep -q '"type":"audit.verdict_given.v1"' "records/$index.json" || fail "score/inputs.csv: record $index is no verdict"
    [ -f "records/$index.body.json" ] || continue
    grep -q "\"claim\":\"$claim\",\"outcome\":\"$outcome\",\"relation\":\"$relation\"" "records/$index.body.json" ||
        fail "score/inputs.csv: record $index says something else about claim $claim"
done <"$tmp/verdicts"
ok "the score is $found (assured, expected, confidence, coverage in basis points), recomputed from its inputs"
echo "This bundle verifies."
