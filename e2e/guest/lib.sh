# Words for scripts that run in the test guest.

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -gt $until ]; then
            echo "still not, in the time given: $*"
            return 1
        fi
        sleep 0.1
    done
}

# nvme_device NQN: /dev/nvmeXnY of the subsystem's namespace 1
nvme_device() {
    local subsystem device
    for subsystem in /sys/class/nvme-subsystem/*; do
        [ "$(cat "$subsystem/subsysnqn" 2>/dev/null)" = "$1" ] || continue
        for device in "$subsystem"/nvme*n*; do
            device=${device##*/}
            case $device in *c*n*) continue ;; esac # one path of it
            if [ -b "/dev/$device" ] && [ "$(cat "/sys/block/$device/size")" -gt 0 ]; then
                echo "/dev/$device"
                return 0
            fi
        done
    done
    return 1
}

# nvme_controllers NQN: "nvmeX STATE ADDRESS" of every path to the subsystem
nvme_controllers() {
    local controller
    for controller in /sys/class/nvme/nvme*; do
        [ "$(cat "$controller/subsysnqn" 2>/dev/null)" != "$1" ] ||
            echo "${controller##*/} $(cat "$controller/state") $(cat "$controller/address")"
    done
}

# live_paths NQN COUNT: whether exactly so many controllers are live
live_paths() { [ "$(nvme_controllers "$1" | grep -c ' live ')" -eq "$2" ]; }

# attach NQN PORT [OPTION...]: connects to the host's target and prints the device
attach() {
    local nqn=$1 port=$2
    shift 2
    nvme connect -t tcp -a 10.0.2.2 -s "$port" -n "$nqn" "$@" >/dev/null
    wait_for 20 nvme_device "$nqn"
    nvme_device "$nqn"
}

# completed DEVICE: how many reads and writes have ended; in_flight DEVICE: whether there are any that have not
completed() { awk '{ print $1 + $5 }' "/sys/block/${1##*/}/stat"; }
in_flight() { grep -q '[1-9]' "/sys/block/${1##*/}/inflight"; }

# size_is DEVICE MIB: whether the kernel takes the device to be so large
size_is() { [ "$(cat "/sys/block/${1##*/}/size")" -eq $(($2 * 2048)) ]; }

# verify DEVICE SIZE [FIO-OPTION...]: writes the range at random and reads it back, checksums inside the blocks
verify() {
    local device=$1 size=$2
    shift 2
    fio --name=verify --filename="$device" --size="$size" --direct=1 --ioengine=libaio --iodepth=16 \
        --rw=randwrite --bs=4k --verify=crc32c --verify_fatal=1 --do_verify=1 "$@" >/tmp/fio.$$ 2>&1 || {
        cat /tmp/fio.$$
        return 1
    }
    grep -E 'err=|IOPS' /tmp/fio.$$
}

# trace_keep_alives: has the kernel note the keep-alives it sends, until trace_nothing; keep_alives COUNT: whether it
# has sent so many
trace_keep_alives() {
    [ -e /sys/kernel/tracing/trace ] || mount -t tracefs trace /sys/kernel/tracing
    echo >/sys/kernel/tracing/trace
    echo 'opcode == 0x18' >/sys/kernel/tracing/events/nvme/nvme_setup_cmd/filter
    echo 1 >/sys/kernel/tracing/events/nvme/nvme_setup_cmd/enable
}
trace_nothing() { echo 0 >/sys/kernel/tracing/events/nvme/nvme_setup_cmd/enable; }
keep_alives() { [ "$(grep -c nvme_setup_cmd: /sys/kernel/tracing/trace)" -ge "$1" ]; }

# loopback_is_host: 127.0.0.1 reaches the host's 127.0.0.1, for addresses in a discovery log
loopback_is_host() {
    echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
    nft add table ip loopback
    nft 'add chain ip loopback out { type nat hook output priority -100; }'
    nft 'add chain ip loopback post { type nat hook postrouting priority 100; }'
    nft add rule ip loopback out ip daddr 127.0.0.1 meta l4proto tcp dnat to 10.0.2.2
    nft add rule ip loopback post ip saddr 127.0.0.0/8 oifname eth0 masquerade
}

# lose PORT / reset PORT / mend: lose all packets of a TCP port, or have its connections reset
lose() {
    nft add table inet cut
    nft 'add chain inet cut out { type filter hook output priority 0; }'
    nft 'add chain inet cut in { type filter hook input priority 0; }'
    nft add rule inet cut out tcp dport "$1" drop
    nft add rule inet cut in tcp sport "$1" drop
}
reset() {
    nft add table inet cut
    nft 'add chain inet cut out { type filter hook output priority 0; }'
    nft add rule inet cut out tcp dport "$1" reject with tcp reset
}
mend() { nft delete table inet cut; }

# access_through PORT STATE: whether the paths through the host's port are in this ANA state
access_through() {
    local controller
    for controller in /sys/class/nvme/nvme*; do
        ! grep -q "trsvcid=$1\b" "$controller/address" || grep -q "^$2$" "$controller"/nvme*c*n*/ana_state || return 1
    done
}

# ana_state_is STATE: whether every path of every namespace is in it
ana_state_is() {
    local path
    for path in /sys/block/nvme*c*n*/ana_state; do
        [ "$(cat "$path")" = "$1" ] || return 1
    done
}

# postgresql PROGRAM [ARGUMENT...]: runs a program of PostgreSQL, from its disk and as a user of its own
postgresql() {
    local disk user=70
    if [ ! -e /postgresql/bin ]; then
        disk=$(grep -l '^postgresql' /sys/block/vd*/serial)
        disk=${disk%/serial}
        mkdir /postgresql /run/postgresql
        mount -t ext4 -o ro "/dev/${disk##*/}" /postgresql
        echo "postgres:x:$user:$user::/run/postgresql:/bin/sh" >>/etc/passwd
        chown $user:$user /run/postgresql
    fi
    (
        cd /run/postgresql
        export LD_LIBRARY_PATH=/postgresql/lib PGHOST=/run/postgresql PGUSER=postgres
        exec /postgresql/bin/setpriv --reuid=$user --regid=$user --clear-groups "/postgresql/bin/$1" "${@:2}"
    )
}

# new_database DIRECTORY / start_database DIRECTORY / stop_database DIRECTORY; its log is /run/postgresql/log
new_database() {
    mkdir "$1"
    chown 70:70 "$1"
    postgresql initdb -D "$1" -A trust --locale=C -E UTF8 --wal-segsize=1 -c timezone=GMT -c listen_addresses= \
        -c unix_socket_directories=/run/postgresql -c shared_buffers=32MB >/tmp/initdb 2>&1 || {
        cat /tmp/initdb
        return 1
    }
}
start_database() {
    postgresql pg_ctl -D "$1" -t 120 -l /run/postgresql/log start >/dev/null 2>&1 || {
        cat /run/postgresql/log
        return 1
    }
}
stop_database() { postgresql pg_ctl -D "$1" stop >/dev/null; }

# sql STATEMENT...: runs statements, each a transaction of its own, and prints what they return; without, those of stdin
sql() {
    local arguments=() statement
    for statement in "$@"; do arguments+=(-c "$statement"); done
    postgresql psql -qAtX -v ON_ERROR_STOP=1 "${arguments[@]}"
}

# serve NQN MIB: the kernel's own target offers a memory disk on port 4420; hide and show take the port away and back
serve() {
    local target=/sys/kernel/config/nvmet
    modprobe nvmet_tcp
    modprobe brd rd_nr=1 rd_size=$(($2 * 1024))
    mkdir -p $target/subsystems/"$1"/namespaces/1 $target/ports/1
    echo 1 >$target/subsystems/"$1"/attr_allow_any_host
    echo /dev/ram0 >$target/subsystems/"$1"/namespaces/1/device_path
    echo 1 >$target/subsystems/"$1"/namespaces/1/enable
    echo ipv4 >$target/ports/1/addr_adrfam
    echo tcp >$target/ports/1/addr_trtype
    echo 0.0.0.0 >$target/ports/1/addr_traddr
    echo 4420 >$target/ports/1/addr_trsvcid
    show "$1"
}
show() { ln -s /sys/kernel/config/nvmet/subsystems/"$1" /sys/kernel/config/nvmet/ports/1/subsystems/; }
hide() { rm /sys/kernel/config/nvmet/ports/1/subsystems/"$1"; }
unserve() {
    local target=/sys/kernel/config/nvmet
    hide "$1"
    rmdir $target/ports/1 $target/subsystems/"$1"/namespaces/1 $target/subsystems/"$1"
    rmmod brd
}
