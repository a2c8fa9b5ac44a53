#!/usr/bin/env bash
# Whole files: `zjob efz encrypt` of 1 GiB beside `openssl enc` with the same cipher, and beside `openssl enc`
# plus `openssl dgst -hmac`, which is what a file with a trailer costs. Wall clock, CPU seconds (user + system) and
# the peak of resident memory, alternating in one run, medians at the end.
# Usage: [CIPHERS="tdes aes128"] benches/efz_enc.sh [ROUNDS] [MEBIBYTES]. Needs target/release/zjob, openssl and Linux (/proc), and
# three times the size in the work directory (default /dev/shm).
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} mebibytes=${2:-1024} zjob=$PWD/target/release/zjob
work=$(mktemp -d "${TMPDIR:-/dev/shm}/efz-enc.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export ZJOB_PASSWORD='sample password please change'

# Lines as of a log, 80 characters each; a multiple of all record lengths that are measured.
awk 'BEGIN { for (i = 0; i < 13107; i++) printf "%-80s", sprintf("%08d ABEND S0C4 IN MODULE IEFBR14 AT OFFSET %06X", i, i * 37)
             printf "%-16s", "" }' > piece
for _ in $(seq "$mebibytes"); do cat piece; done > data
truncate -s $(($(stat -c %s data) / 81920 * 81920)) data
size=$(stat -c %s data)

measure() { # NAME COMMAND...: wall and CPU seconds of a command go to NAME.wall and NAME.cpu
    local name=$1 TIMEFORMAT='%3R %3U %3S'
    shift
    { time "$@" > words 2>&1; } 2> taken || { cat words >&2; exit 1; }
    awk -v name="$name" '{ print $1 > (name ".wall.now"); printf "%.3f\n", $2 + $3 > (name ".cpu.now") }' taken
    cat "$name.wall.now" >> "$name.wall"
    cat "$name.cpu.now" >> "$name.cpu"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
peak() { # peak of resident memory of a command, in MiB
    "$@" > words 2>&1 &
    local process=$! most=0 now
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$process/status" 2>/dev/null) && [ -n "$now" ]; do
        most=$now
        sleep 0.05
    done
    wait "$process"
    echo $((most / 1024))
}

encrypt() { # CIPHER LRECL: the command that is measured
    echo "$zjob" --home home efz encrypt --"$1" --binary --recfm FB --lrecl "$2" --force data -o out
}

key=$(openssl rand -hex 32)
for cipher in ${CIPHERS:-tdes aes128}; do
    if [ "$cipher" = tdes ]; then name=des-ede3-cbc k=${key:0:48} iv=${key:48:16}; else name=aes-128-cbc k=${key:0:32} iv=${key:32:32}; fi
    rm -f ./*.wall ./*.cpu
    for _ in $(seq "$rounds"); do
        rm -f out
        measure enc openssl enc -"$name" -K "$k" -iv "$iv" -in data -out out
        measure dgst openssl dgst -sha256 -hmac "$key" out
        for lrecl in 80 1024; do
            rm -f out
            measure "zjob$lrecl" $(encrypt "$cipher" $lrecl)
        done
    done
    for lrecl in 80 1024; do
        awk -v c="$cipher" -v l=$lrecl -v size="$size" -v ew="$(median enc.wall)" -v ec="$(median enc.cpu)" \
            -v dc="$(median dgst.cpu)" -v zw="$(median zjob$lrecl.wall)" -v zc="$(median zjob$lrecl.cpu)" \
            -v peak="$(peak $(encrypt "$cipher" $lrecl))" 'BEGIN {
            printf "%-6s FB %-4d %d bytes: wall %.2f s of %.2f s = %.2f; CPU %.2f s of enc %.2f s + dgst %.2f s = %.2f; peak RSS %d MiB\n",
                c, l, size, zw, ew, zw / ew, zc, ec, dc, zc / (ec + dc), peak }'
        echo "       decrypted: peak RSS $(peak "$zjob" --home home efz decrypt --binary --force out -o back) MiB"
        cmp data back
        rm -f out back
    done
done
