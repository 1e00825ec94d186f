package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceUriTest {
    @Test
    void aBarePathIsAFile() {
        DeviceUri uri = DeviceUri.parse("/var/lib/disk0.img?blk_size=4096");

        assertEquals("aio", uri.scheme());
        assertEquals("/var/lib/disk0.img", uri.path());
        assertEquals(4096, uri.blockSize().orElseThrow());
    }

    @Test
    void everyPartIsFound() {
        DeviceUri uri = DeviceUri.parse("NVMF+TCP://10.0.0.1:4420/nqn.x:vol%3A1?hostnqn=nqn.h&a");

        assertEquals("nvmf+tcp", uri.scheme());
        assertEquals("10.0.0.1", uri.host());
        assertEquals(4420, uri.portOr(8420));
        assertEquals("nqn.x:vol:1", uri.name());
        assertEquals("nqn.h", uri.parameter("hostnqn").orElseThrow());
        assertTrue(uri.flag("a"));
        assertFalse(uri.flag("b"));
    }

    @Test
    void anIpv6HostStandsInBrackets() {
        assertEquals("fd00::1", DeviceUri.parse("nvmf://[fd00::1]:4420/nqn").host());
        assertEquals(4420, DeviceUri.parse("nvmf://[fd00::1]:4420/nqn").portOr(8420));
        assertEquals(8420, DeviceUri.parse("nvmf://[fd00::1]/nqn").portOr(8420));
    }

    @Test
    void theUuidIsAddedOnce() {
        UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        String with = DeviceUri.parse("malloc:///m?size_mb=1").textWithUuid(uuid);

        assertEquals("malloc:///m?size_mb=1&uuid=" + uuid, with);
        assertEquals(with, DeviceUri.parse(with).textWithUuid(new UUID(0, 0)));
        assertEquals("aio:///f?uuid=" + uuid, DeviceUri.parse("aio:///f").textWithUuid(uuid));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    m0                        | write scheme:///name, or a path that starts with /
                    ://x                      | write scheme:///name, or a path that starts with /
                    malloc:///a b             | blanks, control characters and # must be written
                    malloc:///a#b             | blanks, control characters and # must be written
                    malloc:///a%2             | must be followed by two hexadecimal digits
                    malloc:///a%00            | must be followed by two hexadecimal digits
                    nvmf://h:0/n              | the port must be 1…65535, not '0'
                    nvmf://h:99999/n          | the port must be 1…65535, not '99999'
                    nvmf://[::1/n             | an IPv6 address is written [address]
                    malloc:///m?size_mb=1&size_mb=2 | size_mb is given twice
                    malloc:///m?=1            | a parameter is written name=value
                    """)
    void aMalformedUriIsRefusedInOneLine(String text, String complaint) {
        assertComplaint(complaint, () -> DeviceUri.parse(text));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    malloc://m?size_mb=1      | must follow three slashes, as in malloc:///m
                    malloc:///?size_mb=1      | a name is missing, write malloc:///name
                    malloc:///m?size=1        | unknown parameter size, allowed: blk_size, num_blocks
                    malloc:///m?size_mb=x     | size_mb must be a whole number from 1 to 16777216, not 'x'
                    malloc:///m?size_mb=0     | size_mb must be a whole number from 1 to 16777216, not '0'
                    malloc:///m?num_blocks=-1 | num_blocks must be a whole number from 1 to
                    malloc:///m               | give either size_mb or num_blocks
                    malloc:///m?size_mb=1&num_blocks=1   | give either size_mb or num_blocks
                    malloc:///m?size_mb=1&blk_size=1024  | blk_size must be 512 or 4096, not 1024
                    malloc:///m?size_mb=1&uuid=1-1-1-1-1 | uuid must look like
                    malloc:///m?size_mb=1&resize=maybe   | resize must be true or false, not 'maybe'
                    """)
    void aWrongParameterIsNamedWithWhatIsAllowed(String text, String complaint) {
        assertComplaint(
                complaint,
                () -> {
                    DeviceUri uri = DeviceUri.parse(text);
                    uri.requireLocal("blk_size", "num_blocks", "resize", "size_mb", "uuid");
                    Geometry.of(uri);
                    uri.uuid();
                    uri.flag("resize");
                });
    }

    private static void assertComplaint(String complaint, Runnable parsing) {
        DeviceException thrown = assertThrows(DeviceException.class, parsing::run);

        assertEquals(DeviceException.Kind.INVALID_ARGUMENT, thrown.kind());
        assertTrue(thrown.getMessage().contains(complaint), thrown.getMessage());
        assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    }
}
