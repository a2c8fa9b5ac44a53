#!/usr/bin/env bash
# Files for real hosts: `zjob efz encrypt --openpgp` and `zjob package` there and back, CPU seconds (user + system) and
# the peak of resident memory, beside gpg for the message. The bytes that come back are compared.
# Usage: benches/exchange.sh [MEBIBYTES]. Needs target/release/zjob, Linux (/proc), and four times the size in the work
# directory (default /dev/shm); gpg is left out where it is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."
mebibytes=${1:-1024} zjob=$PWD/target/release/zjob
work=$(mktemp -d "${TMPDIR:-/dev/shm}/exchange.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export ZJOB_PASSWORD='sample password please change' TMPDIR=$work GNUPGHOME=$work/gnupg
mkdir -m 700 gnupg

# Lines as of a log, 80 characters each.
awk 'BEGIN { srand(1); for (i = 0; i < 13104; i++) printf "%-80s", sprintf("%08d ABEND S0C4 IN MODULE IEFBR14 AT OFFSET %06X %d", i, i * 37, rand() * 1e9) }' > piece
for _ in $(seq "$mebibytes"); do cat piece; done > data
size=$(stat -c %s data)

measure() { # NAME COMMAND...: prints CPU seconds and peak of resident memory
    local name=$1 TIMEFORMAT='%U %S' process most=0 now
    shift
    {
        time {
            "$@" > words 2>&1 &
            process=$!
            while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
                most=$now
                sleep 0.2
            done
            wait "$process" || { cat words >&2; exit 1; }
        }
    } 2> taken
    # The watching itself takes about a hundredth of a second for each second.
    awk -v name="$name" -v size="$size" -v peak=$((most / 1024)) \
        '{ printf "%-46s %d bytes: CPU %.2f s, peak RSS %d MiB\n", name, size, $1 + $2, peak }' taken
}

for cipher in aes128 3des; do
    measure "efz encrypt --openpgp --cipher $cipher" "$zjob" --home home efz encrypt --openpgp --cipher $cipher --compress=none --force data -o data.pgp
    measure "efz decrypt" "$zjob" --home home efz decrypt --force data.pgp -o back
    cmp data back
    if command -v gpg > /dev/null; then
        measure "gpg --symmetric --cipher-algo $cipher" gpg --batch --yes --pinentry-mode loopback --passphrase "$ZJOB_PASSWORD" \
            --symmetric --cipher-algo "${cipher/aes128/AES}" --compress-algo none -o data.gpg data
        measure "gpg --decrypt" gpg --batch --yes --pinentry-mode loopback --passphrase "$ZJOB_PASSWORD" -o back -d data.gpg
        rm -f data.gpg
    fi
    rm -f data.pgp back
done
mkdir out
measure "package, packed and encrypted with AES" "$zjob" --home home package --case TS001234567 --efz --aes128 --binary --lrecl 80 --force -o out data
measure "inbox open" "$zjob" --home home inbox open --binary --force out/*.EFZ -o back
cmp data back
measure "package --verify" "$zjob" --home home package --verify out/*.EFZ
