package io.mayastor.engine.nvme;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** NVMe Qualified Names (Base 2.0 §4.5). */
public final class Nqn {
    /** Longest name, in bytes of UTF-8. */
    public static final int MAX_BYTES = 223;

    /** Size of the field that carries a name, with its terminating zero. */
    public static final int FIELD_LENGTH = 256;

    /** The well-known name of a discovery subsystem. */
    public static final String DISCOVERY = "nqn.2014-08.org.nvmexpress.discovery";

    /** Start of a name made from a UUID. */
    public static final String UUID_PREFIX = "nqn.2014-08.org.nvmexpress:uuid:";

    private static final Pattern DATED =
            Pattern.compile("nqn\\.\\d{4}-(0[1-9]|1[0-2])\\.[^\\p{Cntrl}]+");
    private static final Pattern UUID_TEXT =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private Nqn() {}

    public static boolean isValid(String name) {
        return problem(name).isEmpty();
    }

    /**
     * What is wrong with a name: its length, the form {@code nqn.yyyy-mm.…}, or the UUID behind
     * {@link #UUID_PREFIX}. The labels of the domain are not judged.
     */
    public static Optional<String> problem(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_BYTES) {
            return Optional.of(
                    "NQN is %d bytes long, at most %d are allowed".formatted(length, MAX_BYTES));
        }
        if (!DATED.matcher(name).matches()) {
            return Optional.of(
                    "NQN \"%s\" does not have the form nqn.yyyy-mm.name".formatted(name));
        }
        if (name.startsWith(UUID_PREFIX)
                && !UUID_TEXT.matcher(name.substring(UUID_PREFIX.length())).matches()) {
            return Optional.of("NQN \"%s\" does not end with a UUID".formatted(name));
        }
        return Optional.empty();
    }

    public static String ofUuid(UUID uuid) {
        return UUID_PREFIX + uuid;
    }
}
