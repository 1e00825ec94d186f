# Sourced by ./mayastor, ./verify and .ci/run: where the JDK is, and what Maven needs to run on it.

# Prints the home of a JDK 25. No JVM is started: a JDK's own release file tells its version.
find_jdk() {
    on_path=$(command -v javac >/dev/null 2>&1 && dirname "$(dirname "$(readlink -f "$(command -v javac)")")" || true)
    for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/*25* /opt/*jdk*25* /opt/java/* \
        "${HOME:-/root}"/.sdkman/candidates/java/25* "${HOME:-/root}"/.jdks/*25*; do
        [ -n "$home" ] && [ -x "$home/bin/javac" ] && [ -f "$home/release" ] || continue
        if grep -q '^JAVA_VERSION="25[".]' "$home/release"; then
            echo "$home"
            return
        fi
    done
    echo "No JDK 25 found. Install one (for example the package temurin-25-jdk) or set JAVA_HOME to it." >&2
    return 1
}

# Checks that Maven is there and passes it the flags that plugins running inside its JVM need on JDK 25.
require_maven() {
    if ! command -v mvn >/dev/null 2>&1; then
        echo "No Maven found. Install it (for example: apt-get install maven); 3.8 or newer will do." >&2
        return 1
    fi
    MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
    export MAVEN_OPTS
}
