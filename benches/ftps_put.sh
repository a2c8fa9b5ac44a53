#!/usr/bin/env bash
# Binary FTPS upload of an FB 80 data set of 1 GiB to vsftpd over TLS 1.2: CPU seconds (user + system) of the
# whole `zjob run` against curl's for the same bytes, alternating in one run, medians at the end.
# Needs: target/release/zjob, .ci/peers, curl, openssl, about 4 GiB in the work directory (default /dev/shm).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD rounds=${1:-5} work=$(mktemp -d "${TMPDIR:-/dev/shm}/ftps-put.XXXXXX")
peers=$root/target/peers zjob=$root/target/release/zjob
export LD_LIBRARY_PATH=$peers/usr/lib/x86_64-linux-gnu:$peers/lib/x86_64-linux-gnu
port=22129
cd "$work"
mkdir sink
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=bench -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=bench.example -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out server.pem \
    -extfile <(printf 'subjectAltName=DNS:bench.example,DNS:localhost,IP:127.0.0.1') 2>/dev/null
cat > vsftpd.conf <<CONF
background=NO
listen=YES
listen_address=127.0.0.1
listen_port=$port
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
no_anon_password=NO
anon_root=$work/sink
write_enable=YES
anon_upload_enable=YES
anon_other_write_enable=YES
allow_writeable_chroot=YES
pasv_address=127.0.0.1
pasv_min_port=65024
pasv_max_port=65535
xferlog_enable=NO
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
ftp_username=$(id -un)
nopriv_user=$(id -un)
ssl_enable=YES
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
ssl_tlsv1=YES
rsa_cert_file=$work/server.pem
rsa_private_key_file=$work/server.key
ssl_ciphers=HIGH
CONF
LANG=C "$peers/usr/sbin/vsftpd" vsftpd.conf &
server=$!
trap 'kill $server; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    kill -0 $server && sleep 0.05
done

# FB 80, lines that look like a log.
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%-80s", sprintf("%08d ABEND S0C4 IN MODULE IEFBR14 AT OFFSET %06X", i, i * 37) }' > piece
for _ in $(seq 67); do cat piece; done > data
size=$(stat -c %s data)
cat > zjob.toml <<TOML
[hosts]
"bench.example" = "127.0.0.1:$port"
[[dataset]]
name = "BENCH.TCPPARMS(FTPDATA)"
file = "ftpdata.txt"
TOML
cat > ftpdata.txt <<DATA
SECURE_FTP REQUIRED
SECURE_MECHANISM TLS
SECURE_DATACONN PRIVATE
KEYRING $work/ca.pem
FWFRIENDLY TRUE
DATA
cat > put.jcl <<'JCL'
//PUT     JOB CLASS=A
//FTP     EXEC PGM=FTP,PARM='-a TLS (EXIT'
//SYSFTPD DD DSN=BENCH.TCPPARMS(FTPDATA),DISP=SHR
//OUTPUT  DD SYSOUT=*
//INPUT   DD *
bench.example
anonymous
a@b
sendsite
bin
put 'BENCH.DATA' sent
quit
JCL
"$zjob" --home home dataset import data BENCH.DATA --binary --recfm FB --lrecl 80

cpu() { # CPU seconds of a command and its children
    local TIMEFORMAT='%3U %3S'
    { time "$@" > out.log 2>&1; } 2> cpu.log || { cat out.log >&2; exit 1; }
    awk '{ printf "%.2f\n", $1 + $2 }' cpu.log
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
    c=$(cpu curl -sS --ssl-reqd --tlsv1.2 --tls-max 1.2 --cacert ca.pem -T data "ftp://localhost:$port/sent")
    cmp data sink/sent && rm sink/sent
    z=$(cpu "$zjob" --home home run put.jcl)
    cmp data sink/sent && rm sink/sent
    echo "$c" >> curl.cpu
    echo "$z" >> zjob.cpu
    echo "round $round: curl $c s, zjob $z s for $size bytes"
done
c=$(median < curl.cpu) z=$(median < zjob.cpu)
awk -v c="$c" -v z="$z" 'BEGIN { printf "median: curl %.2f s, zjob %.2f s, ratio %.2f\n", c, z, z / c }'
