package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NqnTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                Nqn.DISCOVERY,
                "nqn.2019-05.io.openebs:12345678-1234-1234-1234-123456789abc",
                "nqn.2019-05.io.openebs:node-name:worker-1",
                "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "nqn.2001-01.com.example:größe"
            })
    void takesNamesOfBothForms(String name) {
        assertEquals(Optional.empty(), Nqn.problem(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nqn.",
                "iqn.2019-05.io.openebs:a",
                "NQN.2019-05.io.openebs:a",
                "nqn.2019-13.io.openebs:a",
                "nqn.19-05.io.openebs:a",
                "nqn.2019-05.",
                "nqn.2019-05.io.openebs:a\nb",
                "nqn.2014-08.org.nvmexpress:uuid:f81d4fae7dec11d0a76500a0c91e6bf6",
                "nqn.2014-08.org.nvmexpress:uuid:"
            })
    void refusesOthersAndSaysWhy(String name) {
        assertTrue(Nqn.problem(name).orElseThrow().contains(name));
    }

    @Test
    void lengthIsCountedInBytesOfUtf8() {
        String start = "nqn.2001-01.com.example:";
        assertTrue(Nqn.isValid(start + "a".repeat(Nqn.MAX_BYTES - start.length())));
        assertEquals(
                "NQN is 224 bytes long, at most 223 are allowed",
                Nqn.problem(start + "é".repeat((Nqn.MAX_BYTES + 1 - start.length()) / 2))
                        .orElseThrow());
    }

    @Test
    void nameOfAUuidIsValid() {
        UUID uuid = UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        assertEquals(
                "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                Nqn.ofUuid(uuid));
        assertTrue(Nqn.isValid(Nqn.ofUuid(uuid)));
    }
}
