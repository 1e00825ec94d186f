# Shared by the scripts of this directory: processes that are started, stopped (SIGSTOP) and ended by their id.

alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }
pause() { ! alive "$1" || kill -STOP "$1"; }
resume() { ! alive "$1" || kill -CONT "$1"; }

# end_process PID: a stopped process does not see SIGTERM, so it goes on first
end_process() {
    alive "$1" || return 0
    kill -CONT "$1"
    kill -TERM "$1"
    for _ in $(seq 100); do alive "$1" || return 0; sleep 0.1; done
    kill -KILL "$1"
}

# await_port PORT PID: until the process listens
await_port() {
    for _ in $(seq 600); do
        if (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        alive "$2" || return 1
        sleep 0.05
    done
    return 1
}

# start_engine PORT CORES: sets OUR_PID; every thread, the collector's and the compilers' too, stays on CORES
start_engine() {
    "$here/mayastor" --help >/dev/null || exit 1 # builds when needed
    NODE_NAME=bench IP_ADDR=127.0.0.1 TARGET_PORT=$1 GRPC_PORT=$(($1 + 2000)) METRICS_PORT=$(($1 + 3000)) \
        STATE_DIR=$work/state RUN_DIR=$work/run taskset -c "$2" "$here/mayastor" engine >"$work/engine.log" 2>&1 &
    OUR_PID=$!
    engine_grpc=127.0.0.1:$(($1 + 2000))
    await_port "$1" "$OUR_PID" && await_port $(($1 + 2000)) "$OUR_PID" && return
    echo "the engine does not start:" >&2
    tail -n 20 "$work/engine.log" >&2
    exit 1
}

# start_epoll_target PORT CORES NQN MIB: sets OUR_PID; the JVM's options are the launcher's
start_epoll_target() {
    . "$here/.jdk.sh"
    JAVA_HOME=$(find_jdk) || exit 1
    taskset -c "$2" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms48m -Xmx48m -XX:+AlwaysPreTouch -XX:ReservedCodeCacheSize=64m -Xss512k \
        -XX:-UsePerfData --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -cp "$here/bench/target/bench.jar" \
        io.mayastor.bench.EpollTarget "$1" "$3" "$4" >"$work/engine.log" 2>&1 &
    OUR_PID=$!
    await_port "$1" "$OUR_PID" && return
    echo "the target does not start:" >&2
    tail -n 20 "$work/engine.log" >&2
    exit 1
}

# share URI: creates the device and offers it; prints the subsystem's NQN
share() {
    local name uri
    name=$("$here/mayastor" -b "$engine_grpc" bdev create "$1") && uri=$("$here/mayastor" -b "$engine_grpc" bdev share "$name") || exit 1
    uri=${uri#*://*/} # a file's name has slashes
    echo "${uri%%\?*}"
}
