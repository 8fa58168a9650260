#!/bin/sh
# A signed request with curl and openssl: sh request.sh [--date DATE] METHOD PATH [JSON]
# Reads url, application id and key from demo.json; set COUNTERSIGN_DATA when your data folder is elsewhere.
# --date prints the Authorization header of that date and sends nothing: to compare with another client.
set -eu
given=
if [ "${1-}" = --date ]; then given=$2; shift 2; fi
method=$1 path=$2 body=${3-}
demo=${COUNTERSIGN_DATA:-.countersign}/demo.json
field() { sed -n "s/^ *\"$1\": \"\([^\"]*\)\".*/\1/p" "$demo" | head -n 1; }
url=$(field baseUrl) id=$(field applicationId) key=$(field applicationKey)

# 1. what is signed: method, date, application id, path without query, and the body if there is one, joined by line feeds
millis=$(date -u +%N | cut -c1-3)
case $millis in ''|*[!0-9]*) millis=000 ;; esac # not every date(1) knows %N
date=$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S')".$millis GMT"
date=${given:-$date}
text() {
  printf '%s\n%s\n%s\n%s' "$method" "$date" "$id" "${path%%\?*}"
  [ -z "$body" ] || printf '\n%s' "$body"
}

# 2. HMAC-SHA256 with the key (its 64 hex digits are 32 bytes), in base64; then "id:hmac", in base64 again
# `openssl dgst -mac HMAC -macopt "hexkey:$key"` is the same, but its arguments, and so the key, are there for all to see
# in ps. These are the two hashes that HMAC is made of (RFC 2104); printf is part of the shell and shows in no list.
hmac() { { block 0x5c; { block 0x36; cat; } | sha256; } | sha256 | openssl base64 -A; }
sha256() { openssl dgst -sha256 -binary; }
block() { # the key, filled up with zeros to 64 bytes, each xored with $1
  hex=$key$(printf '%064d' 0)
  while [ -n "$hex" ]; do
    byte=$((0x${hex%${hex#??}} ^ $1)) hex=${hex#??}
    printf "\\$((byte / 64))$((byte / 8 % 8))$((byte % 8))"
  done
}
credentials=$(printf '%s:%s' "$id" "$(text | hmac)" | openssl base64 -A)
if [ -n "$given" ]; then echo "Basic $credentials"; exit; fi

# 3. send exactly what was signed
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
set -- -sS --path-as-is --max-time 30 -X "$method" -H "Authorization: Basic $credentials" -H "X-SA-Ext-Date: $date"
[ -z "$body" ] || set -- "$@" -H 'Content-Type: application/json' --data-binary "$body"
curl "$@" -D "$folder/headers" -o "$folder/body" "$url$path"
cat "$folder/body"; echo

# 4. believe the answer only if its signature holds: date, application id and the exact bytes of the body
#    (a program also compares the date with its clock: an old answer is signed as well)
header() { awk -F': ' -v name="$1" 'tolower($1) == name { print $2 }' "$folder/headers" | tr -d '\r'; }
expected=$({ printf '%s\n%s\n' "$(header x-sa-date)" "$id"; cat "$folder/body"; } | hmac)
if [ "$(header x-sa-signature)" = "$expected" ]; then
  echo 'response signature holds' >&2
else
  echo 'response signature DOES NOT HOLD' >&2
  exit 5
fi
