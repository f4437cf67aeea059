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
# A search path for cd would lead to another folder, and its cd would print the name.
unset CDPATH
cd -- "$(dirname -- "$0")" || exit 1
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
# A file of lines, each with its line feed, each of which an awk condition accepts: file, condition.
lines() {
    [ -f "$1" ] || fail "$1: it is missing"
    [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ] || fail "$1: its last line has no end"
    odd=$(awk -F '\t' "!($2) { print NR; exit }" "$1") || fail "$1: it cannot be read"
    [ -z "$odd" ] || fail "$1: line $odd is not as such lines are"
}
number='/^(0|[1-9][0-9]*)$/'
# A JSON document as lines: the names and places that lead to a value, a tab, the value. Texts keep their escapes.
members='
    function say(value,    i, path) {
        path = name[1]
        for (i = 2; i <= depth; i++) path = path "/" name[i]
        gsub(/\t/, " ", value)
        print path "\t" value
    }
    BEGIN { RS = "\""; depth = 0 }
    # What stands between quotation marks is a text, unless the mark before it is escaped.
    in_text {
        piece = piece $0
        if (match($0, /\\+$/) && RLENGTH % 2) { piece = piece "\""; next }
        in_text = 0
        if (wants_name) name[depth] = piece; else say(piece)
        next
    }
    {
        word = ""
        for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1)
            if (c ~ /[-+.0-9A-Za-z]/) { word = word c; continue }
            if (word != "") say(word)
            word = ""
            if (c == "{" || c == "[") { kind[++depth] = c; name[depth] = 0; wants_name = c == "{" }
            if (c == "}" || c == "]") depth--
            if (c == ":") wants_name = 0
            if (c == ",") { wants_name = kind[depth] == "{"; if (!wants_name) name[depth]++ }
        }
        if (word != "") say(word)
        in_text = 1
        piece = ""
    }'
# What the records of an order come to: each claim that it makes, and its weight. A tick on an item is a claim, one on a step
# only where the step has no items, a criterion is one from the day it was written; a stated claim weighs what people gave it.
fold='
    function append(list, from,    id) {
        id = v[from "/id"]
        at[list, ++size[list]] = id
        if (list == "steps") read("items of " id, from "/items")
    }
    function read(list, from,    i) {
        size[list] = 0
        for (i = 0; (from "/" i "/id") in v; i++) append(list, from "/" i)
    }
    function remove(list, id,    i, kept) {
        for (i = 1; i <= size[list]; i++) if (at[list, i] != id) at[list, ++kept] = at[list, i]
        size[list] = kept + 0
    }
    function has(list, id,    i) {
        for (i = 1; i <= size[list]; i++) if (at[list, i] == id) return 1
        return 0
    }
    # Where something can be ticked or weighed: kind and id. An item that moves to another step begins anew there.
    function place_of(kind, id,    i) {
        if (kind != "item") return has(kind == "step" ? "steps" : "criteria", id) ? kind SUBSEP id : ""
        for (i = 1; i <= size["steps"]; i++) if (has("items of " at["steps", i], id)) return "item" SUBSEP at["steps", i] SUBSEP id
        return ""
    }
    function is_there(place,    part) {
        split(place, part, SUBSEP)
        if (part[1] == "item") return has("steps", part[2]) && has("items of " part[2], part[3])
        return has(part[1] == "step" ? "steps" : "criteria", part[2])
    }
    function settle(    one) {
        for (one in of) if (!is_there(of[one])) delete of[one]
        for (one in weight) if (!is_there(one)) delete weight[one]
    }
    function list_at(change, segments,    part) {
        part = v[change "/path/0"]
        if (segments == 1 && (part == "steps" || part == "criteria")) return part
        if (segments == 3 && part == "steps" && v[change "/path/2"] == "items") return "items of " v[change "/path/1"]
        return ""
    }
    function edit(change,    segments, op, list, last) {
        for (segments = 0; (change "/path/" segments) in v; segments++) last = v[change "/path/" segments]
        op = v[change "/op"]
        list = list_at(change, op == "changed" ? segments : segments - 1)
        if (op == "changed" && segments == 2 && v[change "/path/0"] == "steps") read("items of " last, change "/new/items")
        else if (list == "") return
        else if (op == "changed") read(list, change "/new")
        else if (op == "added") append(list, change "/new")
        else if (op == "removed") remove(list, last)
    }
    function take(from, place,    i) {
        for (i = 0; (from "/ticks/" i "/id") in v; i++)
            if (!((from "/ticks/" i "/undone/at") in v)) of[v[from "/ticks/" i "/id"]] = place
        if (v[from "/materiality"] ~ /^[0-9]+$/) weight[place] = v[from "/materiality"]
    }
    function import(    i, j, step) {
        split("", of); split("", weight)
        read("steps", "data/order/steps"); read("criteria", "data/order/criteria")
        for (i = 0; i < size["steps"]; i++) {
            step = at["steps", i + 1]
            take("data/order/steps/" i, "step" SUBSEP step)
            for (j = 0; j < size["items of " step]; j++)
                take("data/order/steps/" i "/items/" j, "item" SUBSEP step SUBSEP at["items of " step, j + 1])
        }
        for (i = 0; i < size["criteria"]; i++) take("data/order/criteria/" i, "criterion" SUBSEP at["criteria", i + 1])
    }
    function tick(kind,    where) {
        where = place_of(kind, v["data/" kind])
        if (where != "") of[v["data/tick"]] = where
    }
    function apply(    i, where) {
        if (what == "work_order.created.v1") { read("steps", "data/plan/steps"); read("criteria", "data/plan/criteria"); settle() }
        else if (what == "work_order.imported.v1") import()
        else if (what == "work_order.plan_edited.v1") {
            for (i = 0; ("data/changes/" i "/op") in v; i++) edit("data/changes/" i)
            settle()
        }
        else if (what == "work_order.item_ticked.v1") tick("item")
        else if (what == "work_order.step_ticked.v1") tick("step")
        else if (what == "work_order.item_tick_undone.v1" || what == "work_order.step_tick_undone.v1") delete of[v["data/tick"]]
        else if (what == "work_order.materiality_set.v1") {
            where = place_of(v["data/target/on"], v["data/target/id"])
            if (where != "") weight[where] = v["data/to"]
        }
        else if (what == "audit.claim_stated.v1") stated[v["data/claim/id"]] = v["data/claim/materiality"]
        else if (what == "audit.claim_weighed.v1" && v["data/claim"] in stated) stated[v["data/claim"]] = v["data/to"]
        else if (what == "audit.claim_withdrawn.v1") delete stated[v["data/claim"]]
        split("", v)
    }
    function claim(id, k) { if (k > 0) print id "\t" k }
    $1 == "record" { apply(); what = $2; next }
    { v[$1] = $2 }
    END {
        apply()
        for (one in of) {
            split(of[one], part, SUBSEP)
            if (part[1] == "item" || (part[1] == "step" && !size["items of " part[2]])) claim(one, of[one] in weight ? weight[of[one]] : 1)
        }
        for (i = 1; i <= size["criteria"]; i++) {
            where = "criterion" SUBSEP at["criteria", i]
            claim(at["criteria", i], where in weight ? weight[where] : 2)
        }
        for (one in stated) claim(one, stated[one])
    }'
# The value of a setting of the policy: name, pattern of the value.
setting() { sed -n 's/.*"'"$1"'":{"reason":"[^"]*","value":\('"$2"'\)}.*/\1/p' score/policy.json; }

# --- 0. nothing but files and folders lies here: a pipe would be read for ever, a link leads elsewhere --------------

odd=$(find . ! -type d ! -type f | tr '\n' ' ')
[ -z "$odd" ] || fail "neither file nor folder: $odd"

# --- 1. the key is the one you trust ------------------------------------------------------------------------------

[ $# -eq 1 ] || fail "give the log's key fingerprint: sh verify.sh FINGERPRINT"
found=$(openssl pkey -pubin -in keys/log.pem -outform DER 2>/dev/null | digest)
[ "$found" = "$1" ] || fail "keys/log.pem: its fingerprint is $found, you gave $1"
named=$(openssl pkey -pubin -in keys/log.pem -outform DER 2>/dev/null | hex)
named="01${named#????????????????????????}"
name=$(sed -n '1s/+.*//p' keys/log.vkey)
[ "$(sed -n '1s/^[^+]*+[^+]*+//p' keys/log.vkey | hex_lines)" = "$named" ] || fail "keys/log.vkey: it is not the key in keys/log.pem"
# Name, the first four bytes of SHA-256 over name, line feed and key, and the key: one line with one line feed.
short=$({ printf '%s\n' "$name"; bytes "$named"; } | digest | cut -c1-8)
printf '%s+%s+%s\n' "$name" "$short" "$(sed -n '1s/^[^+]*+[^+]*+//p' keys/log.vkey)" | cmp -s - keys/log.vkey ||
    fail "keys/log.vkey: it is not written as such keys are"
ok "the key in keys/log.pem is the one you named"

# --- 2. the list of files is signed by that key, and every file is the one listed --------------------------------

{ printf 'tracewright-bundle-v1\n'; cat SHA256SUMS; } >"$tmp/sums" 2>/dev/null
signed "$tmp/sums" SHA256SUMS.sig || fail "SHA256SUMS or SHA256SUMS.sig: the signature does not match"
sha256sum -c SHA256SUMS >"$tmp/checked" 2>/dev/null || fail "altered or missing: $(grep -v ': OK$' "$tmp/checked" | sed 's/: FAILED.*//' | tr '\n' ' ')"
lines SHA256SUMS 'length($0) > 66 && substr($0, 65, 2) == "  " && substr($0, 1, 64) !~ /[^0-9a-f]/'
find . ! -type d | sed 's|^\./||' | sort >"$tmp/present"
{ cut -c67- SHA256SUMS; printf 'SHA256SUMS\nSHA256SUMS.sig\nVERIFY.md\nverify.sh\n'; } | sort >"$tmp/listed"
extra=$(comm -23 "$tmp/present" "$tmp/listed" | tr '\n' ' ')
[ -z "$extra" ] || fail "not listed in SHA256SUMS: $extra"
twice=$(uniq -d "$tmp/listed" | tr '\n' ' ')
[ -z "$twice" ] || fail "listed twice in SHA256SUMS: $twice"
# A file under any other name would be looked at by no step.
odd=$(grep -v -E -x -e 'SHA256SUMS(\.sig)?|VERIFY\.md|verify\.sh|checkpoint|keys/log\.(pem|vkey)|(pins|erased|quotes)\.tsv' \
    -e 'score/(policy\.json|inputs\.csv|left-out\.tsv|result\.json|recompute\.awk)' \
    -e 'records/(0|[1-9][0-9]*)\.(json|body\.json|salt|tlog-proof)' -e '(revisions|bodies|files)/[0-9a-f]{64}' "$tmp/listed" | tr '\n' ' ')
[ -z "$odd" ] || fail "no file of a bundle has such a name: $odd"
for needed in checkpoint pins.tsv quotes.tsv score/policy.json score/inputs.csv score/result.json score/recompute.awk; do
    grep -q -x "$needed" "$tmp/listed" || fail "$needed: it is missing"
done
ok "$(wc -l <SHA256SUMS | tr -d ' ') files are unchanged and none was added"

# --- 3. the checkpoint is signed by the log -----------------------------------------------------------------------

sed '/^$/,$d' checkpoint >"$tmp/note"
# The signature line ends in base64 of the key's id (4 bytes) and the signature.
keyed=$(sed -n '/^$/,$p' checkpoint | sed -n '2s/.* //p' | hex_lines)
bytes "${keyed#????????}" >"$tmp/signature"
signed "$tmp/note" "$tmp/signature" || fail "checkpoint: the signature does not match"
[ "$(sed -n 1p checkpoint)" = "$name" ] || fail "checkpoint: it is of another log than keys/log.vkey"
size=$(sed -n 2p checkpoint)
root=$(sed -n 3p checkpoint | hex_lines)
ok "checkpoint of $size entries, root $root"

# --- 4. every record stands in the log under that checkpoint, and says what was committed -------------------------

tab=$(printf '\t')
# What a leaf says, by tabs: index, project, stream, version before it, kind, id, whether its body is here, by whom, refs.
leaf='s/^{"actor":"\([^"]*\)","actor_kind":"[^"]*","at":"[^"]*","body":"[0-9a-f]*","id":"\([^"]*\)",\(.*\)"project":"\([^"]*\)",'
leaf=$leaf'"refs":\[\(.*\)\],"subject":"\([^"]*\)","type":"\([^"]*\)","v":1}$/INDEX'"$tab"'\4'"$tab"'\6'"$tab"'\3'"$tab"'\7'"$tab"'\2'"$tab"'BODY'
leaf=$leaf$tab'\1'$tab'\5/p'
records=0 withheld=0
: >"$tmp/leaves"
for record in records/*.json; do
    case $record in *.body.json) continue ;; esac
    name=${record%.json}
    proof=$name.tlog-proof
    [ "$(sed -n 1p "$proof")" = "c2sp.org/tlog-proof@v1" ] || fail "$proof: not a tlog-proof"
    sed '1,/^$/d' "$proof" | cmp -s - checkpoint || fail "$proof: it belongs to another checkpoint"
    index=$(sed -n '2s/^index //p' "$proof")
    [ "$name" = "records/$index" ] || fail "$proof: it proves entry $index"
    sed '1,2d;/^$/,$d' "$proof" | hex_lines >"$tmp/path"
    [ "$(root_from "$(leaf_hash "$record")" "$index" "$size" "$tmp/path")" = "$root" ] || fail "$record: the proof does not lead to the root"
    committed=$(sed -n 's/.*"body":"\([0-9a-f]*\)".*/\1/p' "$record")
    here=1
    if [ -f "$name.body.json" ]; then
        opened=$({ cat "$name.salt"; bytes "$(digest <"$name.body.json")"; } | digest)
        [ "$opened" = "$committed" ] || fail "$name.body.json: it is not what the log committed to"
    else
        here=0
        withheld=$((withheld + 1))
    fi
    sed -n "$leaf" "$record" | sed "s/^INDEX/$index/;s/${tab}BODY$tab/$tab$here$tab/" >"$tmp/leaf"
    [ -s "$tmp/leaf" ] || fail "$record: it is not written as leaves are"
    awk 1 "$tmp/leaf" >>"$tmp/leaves"
    records=$((records + 1))
done
[ "$records" -gt 0 ] || fail "records: there are none"
# The version of a record in its stream is one more than the one before it.
awk 'BEGIN { FS = OFS = "\t" } { gsub(/[^0-9]/, "", $4); $4 += 1; print }' "$tmp/leaves" | sort -n >"$tmp/all"
for file in records/*.body.json records/*.salt records/*.tlog-proof; do
    of=${file#records/}
    [ ! -f "$file" ] || [ -f "records/${of%%.*}.json" ] || fail "$file: there is no such record"
done
ok "$records records stand in the log ($withheld with their body withheld)"

# --- 5. nothing was left out: each stream is here from its first record to where the export found it ---------------

# The newest export says the layout and the streams. A log that stamps its checkpoints makes layout 2 only.
export=$(awk -F '\t' '$5 == "bundle.exported.v1" && $4 > best { best = $4; line = $0 } END { print line }' "$tmp/all")
layout=1
case $export in *'"layout:2"'*) layout=2 ;; *'"layout:'*) fail "its layout is unknown here; use a newer program" ;; esac
[ "$layout" -eq 2 ] || ! grep -q '^tracewright-at ' "$tmp/note" || fail "records: the record of this bundle's export is missing, or says no layout"
if [ "$layout" -eq 2 ]; then
    printf '%s\n' "$export" | awk 'BEGIN { FS = OFS = "\t" } {
        id = $3
        if (sub(/^bundle\//, "", id) != 1) exit
        gsub(/"/, "", $9)
        n = split($9, named, ",")
        if (n != 4) exit
        print $2, $3, $4
        split("work_order/" id ",audit/" id ",trust/policy", wanted, ",")
        for (i = 1; i <= 3; i++) {
            at = length(wanted[i]) + 1
            version = substr(named[i + 1], at + 1)
            if (substr(named[i + 1], 1, at) != wanted[i] "@" || version !~ /^(0|[1-9][0-9]*)$/) exit
            print (i == 3 ? 0 : $2), wanted[i], version
        }
    }' >"$tmp/heads"
    [ "$(wc -l <"$tmp/heads")" -eq 4 ] || fail "records/${export%%"$tab"*}.json: its streams cannot be read"
    [ -f erased.tsv ] || fail "erased.tsv: it is missing"
    awk -F '\t' '!$7' "$tmp/all" >"$tmp/withheld"
    wrong=$(awk -F '\t' '
        FILENAME == ARGV[1] { head[$1, $2] = $3; next }
        FILENAME == ARGV[2] { erased[$3] = 1; next }
        FILENAME == ARGV[3] { gone[$2, $6] = $1; next }
        {
            stream = $2 SUBSEP $3
            if (stream in head) {
                if ($4 != ++seen[stream]) { print "records: a record of " $3 " before version " $4 " is missing, or one is here twice"; exit }
                if ($4 > head[stream]) { print "records/" $1 ".json: the export knows " $3 " up to " head[stream]; exit }
            } else if ($5 == "ledger.bodies_erased.v1" || ($5 == "traces.erased.v1" && $1 in erased)) {
                ours = $5 == "traces.erased.v1"
                refs = $9; gsub(/"/, "", refs); n = split(refs, named, ",")
                for (i = 1; i <= n; i++) if (($2, named[i]) in gone) ours = 1
                if (!ours) { print "records/" $1 ".json: it belongs to no stream of this order"; exit }
            } else { print "records/" $1 ".json: it belongs to no stream of this order"; exit }
            if ($7) here[$2, $6] = $1
            if ($5 == "ledger.bodies_erased.v1") {
                refs = $9; gsub(/"/, "", refs); n = split(refs, named, ",")
                for (i = 1; i <= n; i++) {
                    delete gone[$2, named[i]]
                    erasures[$2, named[i]] = 1
                }
            }
        }
        END {
            for (one in erasures) if (one in here) { print "records/" here[one] ".body.json: a record says that it was erased"; exit }
            for (stream in head) if (seen[stream] + 0 != head[stream]) {
                split(stream, part, SUBSEP)
                print "records: version " seen[stream] + 1 " of " part[2] " is missing"; exit
            }
            for (one in gone) { print "records/" gone[one] ".body.json: it is missing, and no record names its erasure"; exit }
        }' "$tmp/heads" erased.tsv "$tmp/withheld" "$tmp/all" | sed -n 1p)
    [ -z "$wrong" ] || fail "$wrong"
    ok "no record is missing as of record ${export%%"$tab"*}: $(awk -F '\t' '{ sum += $3 } END { print sum }' "$tmp/heads") records of four streams without a gap"
fi

# --- 6. the evidence: a record names a revision, a revision names its bodies, the bodies are here ------------------

pinned=0
lines pins.tsv 'NF == 2 && $1 ~ '"$number"' && length($2) == 64 && $2 !~ /[^0-9a-f]/'
while IFS=$tab read -r index revision; do
    grep -q '"type":"audit.evidence_pinned.v1"' "records/$index.json" &&
        grep -q "\"revision\":\"$revision\"" "records/$index.body.json" || fail "pins.tsv: record $index does not pin $revision"
    [ "$(digest <"revisions/$revision")" = "$revision" ] || fail "revisions/$revision: its bytes have another digest"
    pinned=$((pinned + 1))
done <pins.tsv
# Every run of 64 hex digits in a revision.
: >"$tmp/images"
for revision in revisions/*; do
    [ -f "$revision" ] || continue
    { cat "$revision"; echo; } >>"$tmp/images"
    [ "$layout" -eq 1 ] || [ "$(digest <"$revision")" = "${revision#revisions/}" ] || fail "$revision: its bytes have another digest"
done
tr -c '0-9a-fA-F' '\n' <"$tmp/images" | awk 'length($0) == 64' | sort -u >"$tmp/named"
bodies=0
for body in bodies/*; do
    [ -f "$body" ] || continue
    [ "$(digest <"$body")" = "${body#bodies/}" ] || fail "$body: its bytes have another digest"
    if ! grep -q -x "${body#bodies/}" "$tmp/named"; then
        # Metadata stands inside its revision, and is a body only where words are quoted from it.
        { printf '"metadata":'; cat "$body"; printf ',\n'; } >"$tmp/metadata"
        [ "$(wc -l <"$tmp/metadata")" -eq 1 ] && grep -q -F -f "$tmp/metadata" "$tmp/images" || fail "$body: no pinned revision names it"
    fi
    bodies=$((bodies + 1))
done
ok "$pinned pinned revisions and $bodies bodies are the bytes that were judged"
# Files and photos: a record names each by its digest. What is too large for a bundle, or was not whole, is named only.
: >"$tmp/brought"
for record in records/*.json; do
    case $record in *.body.json) continue ;; esac
    grep -q '"type":"work_order.file_added.v1"' "$record" && [ -f "${record%.json}.body.json" ] || continue
    awk "$members" "${record%.json}.body.json" | sed -n "s/^data\/digest$tab//p" >>"$tmp/brought"
done
attached=0
for file in files/*; do
    [ -f "$file" ] || continue
    [ "$(digest <"$file")" = "${file#files/}" ] || fail "$file: its bytes have another digest"
    grep -q -x "${file#files/}" "$tmp/brought" || fail "$file: no record brought it"
    attached=$((attached + 1))
done
[ ! -s "$tmp/brought" ] || ok "$attached of $(sort -u "$tmp/brought" | wc -l | tr -d ' ') files that the records name are here, each with its digest"
erased=0
[ ! -f erased.tsv ] || lines erased.tsv 'NF == 3 && $1 ~ '"$number"' && $3 ~ '"$number"' && length($2) == 64 && $2 !~ /[^0-9a-f]/'
[ ! -f erased.tsv ] || while IFS=$tab read -r index revision record; do
    grep -q -e '"type":"audit.evidence_pinned.v1"' -e '"type":"audit.verdict_given.v1"' -e '"type":"audit.claim_stated.v1"' \
        "records/$index.json" &&
        grep -q "\"revision\":\"$revision\"" "records/$index.body.json" || fail "erased.tsv: record $index does not pin $revision"
    [ ! -f "revisions/$revision" ] || fail "erased.tsv: revisions/$revision is here"
    grep -q '"type":"traces.erased.v1"' "records/$record.json" || fail "erased.tsv: record $record is no erasure"
done <erased.tsv
# Several records may rest on one revision.
[ ! -f erased.tsv ] || erased=$(cut -f2 erased.tsv | sort -u | wc -l | tr -d ' ')
[ "$erased" -eq 0 ] || ok "$erased pinned revisions were erased later; the records named in erased.tsv say by whom and why"

# --- 7. every quote stands in its body, at its place -----------------------------------------------------------

quotes=0
lines quotes.tsv 'NF == 5 && $1 ~ '"$number"' && $3 ~ '"$number"' && $4 ~ '"$number"' && $2 $5 !~ /[^0-9a-f]/ && length($2) == 64'
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

if [ "$layout" -eq 2 ]; then
    # What each record pins or quotes, against what the tables say: every revision and every place of words, once.
    : >"$tmp/rests"
    : >"$tmp/words"
    awk -F '\t' '$7 && ($5 == "audit.evidence_pinned.v1" || $5 == "audit.verdict_given.v1" || $5 == "audit.claim_stated.v1") { print $1, $5 }' \
        "$tmp/all" >"$tmp/resting"
    while read -r index kind; do
        tr '{}' '\n\n' <"records/$index.body.json" >"$tmp/parts"
        sed -n 's/.*"revision":"\([0-9a-f]\{64\}\)".*/\1/p' "$tmp/parts" | awk '!seen[$0]++' | sed "s/^/$index$tab$kind$tab/" >>"$tmp/rests"
        # A quote ends with its revision, its place and its digest.
        sed -n 's/.*"revision":"\([0-9a-f]\{64\}\)","byte_start":\([0-9]*\),"byte_length":\([0-9]*\),"digest":"\([0-9a-f]\{64\}\)".*/'"$index$tab"'\1'"$tab"'\2'"$tab"'\3'"$tab"'\4/p' \
            "$tmp/parts" >>"$tmp/words"
    done <"$tmp/resting"
    while IFS=$tab read -r index kind revision; do
        if [ -f "revisions/$revision" ]; then
            [ "$kind" != audit.evidence_pinned.v1 ] || printf '%s\t%s\n' "$index" "$revision" >>"$tmp/wanted.pins"
        else
            printf '%s\t%s\n' "$index" "$revision" >>"$tmp/wanted.erased"
        fi
        echo "$revision" >>"$tmp/spoken"
    done <"$tmp/rests"
    while IFS=$tab read -r index revision start length quoted; do
        [ ! -f "revisions/$revision" ] || printf '%s\t%s\t%s\t%s\n' "$index" "$start" "$length" "$quoted" >>"$tmp/wanted.quotes"
    done <"$tmp/words"
    for list in wanted.pins wanted.erased wanted.quotes spoken; do : >>"$tmp/$list"; done
    # Line for line, in the order of the records: the first line that differs.
    first_of() { awk 'FILENAME == ARGV[1] { here[FNR] = $0; next } here[FNR] != $0 { print; exit } END { if (NR == FNR) print "nothing" }' "$1" "$2" | sed -n 1p | tr "$tab" ' '; }
    cmp -s "$tmp/wanted.pins" pins.tsv || fail "pins.tsv: it does not name what the records pin, as of: $(first_of pins.tsv "$tmp/wanted.pins")"
    cut -f1,2 erased.tsv >"$tmp/b"
    cmp -s "$tmp/wanted.erased" "$tmp/b" || fail "revisions: $(first_of "$tmp/b" "$tmp/wanted.erased") (record, revision) is neither here nor in its place in erased.tsv"
    cut -f1,3,4,5 quotes.tsv >"$tmp/b"
    cmp -s "$tmp/wanted.quotes" "$tmp/b" || fail "quotes.tsv: it does not name the words that the records quote, as of: $(first_of "$tmp/b" "$tmp/wanted.quotes")"
    sort -u "$tmp/spoken" >"$tmp/spoken.all"
    for revision in revisions/*; do
        [ -f "$revision" ] || continue
        grep -q -x "${revision#revisions/}" "$tmp/spoken.all" || fail "$revision: no record pins it or quotes from it"
        for role in input output; do
            needs=$(sed -n '1s/.*,"'$role'":{"digest":"\([0-9a-f]\{64\}\)","len":.*/\1/p' "$revision")
            [ -z "$needs" ] || [ -f "bodies/$needs" ] || fail "bodies/$needs: it is missing, and $revision names it"
        done
    done
    ok "every revision and every quote that a record names is here or was erased by a record, and nothing else is"
fi

# --- 8. the score is what its inputs make of it, and the inputs are what the records say --------------------------

number() { sed -n 's/.*"'"$1"'":"\{0,1\}\([0-9.]*\).*/\1/p' score/result.json; }
if [ "$layout" -eq 2 ]; then
    [ "$(digest <score/recompute.awk)" = 0341bacf4a4a59d0a884b29f6e2b1e8c07ae41abb882f1a95ea7cd7047da173f ] || fail "score/recompute.awk: it is not the one this script knows"
fi
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
sed 1d score/inputs.csv | cut -d, -f3,5,6,14,15 >"$tmp/verdicts"
while IFS=, read -r index outcome relation claim verdict; do
    [ -n "$index" ] || continue
    [ -f "records/$index.json" ] || fail "records/$index.json: the score counts it and it is missing"
    grep -q '"type":"audit.verdict_given.v1"' "records/$index.json" || fail "score/inputs.csv: record $index is no verdict"
    [ -f "records/$index.body.json" ] || continue
    grep -q "\"verdict\":{\"id\":\"$verdict\",\"claim\":\"$claim\",\"outcome\":\"$outcome\",\"relation\":\"$relation\"" "records/$index.body.json" ||
        fail "score/inputs.csv: record $index says something else about claim $claim"
done <"$tmp/verdicts"
ok "the score is $found (assured, expected, confidence, coverage in basis points), recomputed from its inputs"

# --- 9. no verdict is missing from the score, and each weighs what the policy in the log says ----------------------

if [ "$layout" -eq 2 ]; then
    # The policy is the one that the newest record of its stream names; without any, version 1.
    policy=$(awk -F '\t' '$5 == "trust.policy_set.v1" && $4 > best { best = $4; refs = $7 ? $9 : "" } END { gsub(/"/, "", refs); print refs }' "$tmp/all")
    [ "$(digest <score/policy.json)" = "${policy:-1bb2d6e095781104c971e623dc3dea713ad86222315956b4db202d257f13af0e}" ] || fail "score/policy.json: it is not the policy that the log names"
    # The score is of the tree of the checkpoint, and its moment is that of the newest record here, in microseconds since 1970.
    [ "$(number tree_size)" = "$size" ] || fail "score/result.json: it is of another tree than the checkpoint"
    for record in records/*.json; do
        case $record in *.body.json) continue ;; esac
        sed -n 's/^{"actor":"[^"]*","actor_kind":"[^"]*","at":"\([^"]*\)".*/\1/p' "$record"
        echo
    done | sort | tail -n 1 >"$tmp/newest"
    newest=$(awk '{
        y = substr($0, 1, 4) + 0; m = substr($0, 6, 2) + 0; d = substr($0, 9, 2) + 0
        if (m < 3) { y -= 1; m += 12 }
        days = 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + d - 719469
        seconds = ((days * 24 + substr($0, 12, 2)) * 60 + substr($0, 15, 2)) * 60 + substr($0, 18, 2)
        printf "%.0f%s", seconds, substr($0, 21, 6)
    }' "$tmp/newest")
    [ "$(number as_of)" = "$newest" ] || fail "score/result.json: its moment is not that of the newest record here"
    for pair in mu:mu_judgement prior:prior prior_weight:prior_weight z_squared:z_squared; do
        wanted=$(setting "${pair#*:}" '"\{0,1\}[0-9.]*"\{0,1\}' | tr -d '"')
        [ -n "$wanted" ] && [ "$(number "${pair%:*}")" = "$wanted" ] || fail "score/result.json: its ${pair%:*} is not the policy's, $wanted"
    done
    [ -s score/inputs.csv ] && [ -z "$(tail -c 1 score/inputs.csv)" ] || fail "score/inputs.csv: its last line has no end"
    lines score/left-out.tsv 'NF == 3 && $1 + 0 >= next_one && (next_one = $1 + 1) && $1 ~ '"$number"' && $3 ~ '"$number"' && $2 ~ /^(withdrawn|no_weight|no_claim|erased)$/'
    awk -F '\t' '$5 == "audit.verdict_given.v1" { print $1 }' "$tmp/all" | sort >"$tmp/a"
    { sed 1d score/inputs.csv | cut -d, -f3 | grep -v '^$'; cut -f1 score/left-out.tsv; } | sort >"$tmp/b"
    cmp -s "$tmp/a" "$tmp/b" || fail "score/inputs.csv and score/left-out.tsv: not each verdict once, see record $(comm -3 "$tmp/a" "$tmp/b" | sed -n 1p | tr -d "$tab")"
    left=0
    while IFS=$tab read -r index reason by; do
        kind=$(awk -F '\t' -v at="$by" '$1 == at { print $5 }' "$tmp/all")
        case $reason:$kind in
            withdrawn:audit.claim_withdrawn.v1 | withdrawn:work_order.item_tick_undone.v1 | withdrawn:work_order.step_tick_undone.v1) about=1 ;;
            no_weight:audit.claim_stated.v1 | no_weight:audit.claim_weighed.v1) about=1 ;;
            no_claim:work_order.plan_edited.v1 | no_claim:ledger.bodies_erased.v1) about=0 ;;
            erased:ledger.bodies_erased.v1)
                about=0
                id=$(awk -F '\t' -v at="$index" '$1 == at { print $6 }' "$tmp/all")
                grep -q "\"$id\"" "records/$by.json" || fail "score/left-out.tsv: record $by did not erase record $index" ;;
            *) fail "score/left-out.tsv: record $by is no reason why record $index is $reason" ;;
        esac
        [ "$reason" = erased ] || [ -f "records/$index.body.json" ] || fail "score/left-out.tsv: record $index was erased"
        if [ "$about" -eq 1 ]; then
            claim=$(sed -n 's/.*"verdict":{"id":"[^"]*","claim":"\([^"]*\)".*/\1/p' "records/$index.body.json")
            [ -n "$claim" ] && grep -q "\"$claim\"" "records/$by.body.json" || fail "score/left-out.tsv: record $by says nothing of the claim of record $index"
        fi
        left=$((left + 1))
    done <score/left-out.tsv
    # Weights: base by kind, factor by relation and outcome, rho where no review period is closed.
    relations() { sed -n 's/.*"'"$1"'":{"reason":"[^"]*","value":{"independent":\([0-9]*\),"own":\([0-9]*\),"same_unit":\([0-9]*\)}}.*/\1 \2 \3/p' score/policy.json; }
    open=0
    ! grep -q '"pools":{}' score/policy.json || open=1
    awk -F '\t' '$5 == "audit.verdict_given.v1" { print $1, $8 }' "$tmp/all" >"$tmp/given"
    while read -r index judge; do
        replaces=
        [ ! -f "records/$index.body.json" ] || replaces=$(sed -n 's/.*"supersedes":"\([^"]*\)".*/\1/p' "records/$index.body.json")
        echo "$index,$judge,$replaces"
    done <"$tmp/given" >"$tmp/judges"
    wrong=$(awk -F, -v human="$(setting human '[0-9]*')" -v rho="$(setting unmeasured '[0-9]*')" -v open="$open" \
        -v support="$(relations support)" -v refute="$(relations refute)" -v alarm="$(setting integrity_materiality '[0-9]*')" '
        FILENAME == ARGV[1] { judge[$1] = $2; replaces[$1] = $3; next }
        FNR == 1 { if ($0 != "claim,k,leaf,kind,outcome,relation,base,relation_factor,rho,weight,counted,examines,standing,claim_id,verdict_id,verifier,method_family") { print FNR; exit } next }
        {
            split($5 == "refuted" ? refute : support, factor, " ")
            by = $6 == "independent" ? 1 : $6 == "self" ? 2 : $6 == "same_unit" ? 3 : 0
            own = $6 == "self" && $5 != "refuted"
            fits = $2 ~ /^[124]$/ && $11 == ($13 == "counted") && $11 $12 ~ /^[01][01]$/
            if ($4 == "") fits = fits && $0 ~ /^[0-9]+,[124],,,,,0,0,0,0,0,0,unexamined,[^,]*,,,$/ && !($14 in row)
            else if ($4 == "integrity") fits = fits && $2 == alarm && $3 == "" && $0 ~ /,independent,[0-9,]*,counted,"?trace .*,,,integrity$/ && $7 $8 $9 $10 == "1000100010001000" && $11 $12 == "11"
            else {
                fits = fits && $4 == "human" && $17 == "human" && by && $7 == human && $8 == factor[by] && (!open || $9 == rho)
                fits = fits && $16 == judge[$3] && ($13 == "self_attested") == own && ($13 != "adds_nothing" || $5 == "not_enough_information")
                fits = fits && ($13 != "counted" || $5 != "not_enough_information") && $13 ~ /^(counted|adds_nothing|self_attested|superseded|replaced|rests_on_failed)$/
                fits = fits && $12 == ($6 == "independent" && ($13 == "counted" || $13 == "adds_nothing"))
                if ($13 == "superseded" || $13 == "replaced") older[$14, $16] = FNR
                # By name, or by judging again.
                for (i = 2; i < FNR; i++) if (claim_of[i] == $14 && by_whom[i] == $16 && word[i] ~ /^(superseded|replaced)$/ && !own && replaces[$3] == id_of[i]) named[i] = 1
                claim_of[FNR] = $14; by_whom[FNR] = $16; id_of[FNR] = $15; word[FNR] = $13
                if (($14, $16) in stands && $13 !~ /^self/ && stands[$14, $16] !~ /^(superseded|replaced|self)/) fits = 0
                stands[$14, $16] = $13
                if ($13 !~ /^(superseded|replaced)$/) delete older[$14, $16]
                if ($13 == "rests_on_failed") failed = FNR
            }
            # Claims are numbered from 1 in the order of their rows, the verdicts on one stand in the order of the log.
            if ($1 + 0 != last + 1 && ($1 != last || $3 + 0 <= before)) fits = 0
            last = $1; before = $3 + 0
            if ($4 == "integrity") alarms = 1
            if (k[$1] != "" && (k[$1] != $2 || of[$1] != $14)) fits = 0
            k[$1] = $2; of[$1] = $14; row[$14] = 1
            if (!fits) { print FNR; bad = 1; exit }
        }
        END {
            if (bad) exit
            for (one in older) { print older[one]; exit }
            for (i in word) if (word[i] == (i in named ? "replaced" : "superseded")) { print i; exit }
            if (failed && !alarms) print failed
        }' "$tmp/judges" score/inputs.csv)
    [ -z "$wrong" ] || fail "score/inputs.csv: line $wrong does not weigh what the policy and the records say"
    # The whole of the result, byte for byte: sums, flags and grade are what the table and the policy come to.
    grades=$(sed -n 's/.*"value":{"a":\([0-9]*\),"a_coverage":\([0-9]*\),"b":\([0-9]*\),"c":\([0-9]*\)}.*/\1 \2 \3 \4/p' score/policy.json)
    low=$(sed -n 's/.*"value":{"high":[0-9]*,"high_alpha":[0-9]*,"least_units":[0-9]*,"low":\([0-9]*\),.*/\1/p' score/policy.json)
    awk -F, -v grades="$grades" -v low="$low" -v found="$found" -v mu="$(number mu)" -v prior="$(number prior)" \
        -v prior_weight="$(number prior_weight)" -v z2="z$(number z_squared)" -v size="$size" -v as_of="t$newest" \
        -v policy="p$(digest <score/policy.json)" -v subject="$(sed -n "1s/^[^$tab]*${tab}bundle\/\([^$tab]*\)$tab.*/\1/p" "$tmp/heads")" '
        function down(x, d) { return (x - x % d) / d }
        function nano(x) { return sprintf("\"%.0f.%09.0f\"", down(x, one), x % one) }
        function flag(name, raised) { if (raised) flags = flags (flags == "" ? "" : ",") "\"" name "\"" }
        NR == 1 { next }
        {
            k[$1] = $2
            if ($12 == 1) seen[$1] = 1
            if ($4 == "integrity") broken = 1
            else if ($4 != "") { spoken = 1; if ($13 != "self_attested") others = 1 }
            if ($11 == 1) sum[$1, $5] += $10
            if ($11 == 1 && $4 != "integrity" && $9 + 0 <= low + 0) badly = 1
        }
        END {
            one = 1000000000
            split(found, score, " "); split(grades, bound, " ")
            for (claim in k) {
                r = sum[claim, "supported"] + 0; s = sum[claim, "refuted"] + 0
                scale = r + s > 1000 ? r + s : 1000
                R += k[claim] * down(r * one, scale); S += k[claim] * down(s * one, scale)
                if (r + s < 1000) M += k[claim] * (1000 - r - s) * (one / 1000)
                material += k[claim]
                if (claim in seen) examined += k[claim]
                if (r > 0 && s > 0) disputed = 1
                if (k[claim] == 4 && s > 0) critical = 1
            }
            flag("disputed", disputed); flag("critical-refuted", critical || broken); flag("self-only", spoken && !others)
            flag("low-agreement", badly); flag("judgement-sample", examined > 0 && examined < material); flag("integrity-failed", broken)
            t = score[1] + 0
            if (R + S == 0) grade = "–"
            else if (t >= bound[1] + 0 && score[4] + 0 >= bound[2] + 0 && flags == "") grade = "A"
            else if (t >= bound[3] + 0 && !critical && !broken) grade = "B"
            else if (t >= bound[4] + 0) grade = "C"
            else grade = "D"
            printf "{\"parameters\":{\"mu\":%s,\"prior\":%s,\"prior_weight\":%s,\"z_squared\":\"%s\"},", mu, prior, prior_weight, substr(z2, 2)
            printf "\"score\":{\"as_of\":%s,\"assured\":%s,\"confidence\":%s,\"coverage\":%s,", substr(as_of, 2), score[1], score[3], score[4]
            printf "\"examined\":%.0f,\"expected\":%s,\"flags\":[%s],\"grade\":\"%s\",", examined, score[2], flags, grade
            printf "\"mass\":{\"refuted\":%s,\"supported\":%s,\"unexamined\":%s},", nano(S), nano(R), nano(M)
            printf "\"material\":%.0f,\"mu\":%s,\"policy\":\"%s\",", material, mu, substr(policy, 2)
            printf "\"subject\":\"%s\",\"subject_kind\":\"work_order\",\"tree_size\":%s},\"version\":\"twscore/1\"}", subject, size
        }' score/inputs.csv >"$tmp/result"
    cmp -s "$tmp/result" score/result.json || fail "score/result.json: it is not what the table and the policy come to, which is $(cat "$tmp/result")"
    # The claims that the records make: ticks that stand, criteria, stated claims that weigh something. Each must be in the
    # table with its weight, and nothing else may be.
    awk -F '\t' '$7 && ($5 ~ /^work_order\./ || $5 ~ /^audit\.claim_/) { print $1, $5 }' "$tmp/all" >"$tmp/acts"
    while read -r index kind; do
        echo "record$tab$kind"
        awk "$members" "records/$index.body.json"
    done <"$tmp/acts" >"$tmp/said"
    awk -F '\t' "$fold" "$tmp/said" | sort -u >"$tmp/a"
    sed 1d score/inputs.csv | awk -F, '$4 != "integrity" { print $14 "\t" $2 }' | sort -u >"$tmp/b"
    cmp -s "$tmp/a" "$tmp/b" || fail "score/inputs.csv: not each claim with its weight, see $(comm -3 "$tmp/a" "$tmp/b" | sed -n 1p | tr "$tab" ' ')"
    cut -f1 "$tmp/a" >"$tmp/weighed"
    while IFS=$tab read -r index reason by; do
        [ "$reason" != erased ] || continue
        claim=$(sed -n 's/.*"verdict":{"id":"[^"]*","claim":"\([^"]*\)".*/\1/p' "records/$index.body.json")
        ! grep -q -x -F -e "$claim" "$tmp/weighed" || fail "score/left-out.tsv: the claim of record $index counts, so must its verdict"
    done <score/left-out.tsv
    ok "each claim that the records make is in the table with its weight, and no other"
    ok "every verdict of the order is in the score or one of $left left out, each with the record that says why"
    echo "Left to tracewright-verify: the order of the claims in the table, the factor rho once a review period is closed, and that"
    echo "  the records which erased.tsv and left-out.tsv name speak of that very trace or claim. Which traces are not as they were"
    echo "  logged stands in the table alone. So is that each signature is of the version it names."
else
    echo "This bundle is of layout 1: it cannot show that no record was left out of it."
fi
echo "This bundle verifies."
