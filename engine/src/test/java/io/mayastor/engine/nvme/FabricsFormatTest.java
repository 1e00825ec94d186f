package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.ascii;
import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Golden bytes of Fabrics commands and controller properties. */
class FabricsFormatTest {
    private static final String HEAD = "7f 40 0700 %s 0000000000000000 0000000000000000";
    private static final String NO_DATA = "0000000000000000 00000000 000000 5a";

    @Test
    void connectHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        ConnectCommand.encode(memory, 0, 7, 3, 128, ConnectCommand.DISABLE_SQ_FLOW_CONTROL, 5000);
        assertBytes(
                HEAD.formatted("01000000")
                        + "0000000000000000 00040000 000000 01"
                        + "0000 0300 7f00 04 00 88130000 000000000000000000000000",
                memory);
        assertEquals(0, ConnectCommand.recordFormat(memory, 0));
        assertEquals(3, ConnectCommand.queueId(memory, 0));
        assertEquals(128, ConnectCommand.queueEntries(memory, 0));
        assertEquals(4, ConnectCommand.attributes(memory, 0));
        assertEquals(5000, ConnectCommand.keepAliveMillis(memory, 0));
    }

    @Test
    void connectDataHasItsBytesAndComesBack() {
        ConnectData data =
                new ConnectData(
                        UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                        ConnectData.ANY_CONTROLLER,
                        "nqn.2019-05.io.openebs:m0",
                        "nqn.2014-08.org.nvmexpress:host");
        MemorySegment memory = Bytes.dirty(ConnectData.LENGTH + 1);
        data.encode(memory, 1);
        assertBytes(
                Bytes.image(
                        1024,
                        0,
                        "00112233445566778899aabbccddeeff ffff",
                        256,
                        ascii("nqn.2019-05.io.openebs:m0"),
                        512,
                        ascii("nqn.2014-08.org.nvmexpress:host")),
                memory.asSlice(1));
        assertEquals(data, ConnectData.decode(memory, 1));
        assertThrows(WireFormatException.class, () -> ConnectData.decode(memory, 2));
    }

    @Test
    void unterminatedNameIsReadAndFoundInvalid() {
        MemorySegment memory = Bytes.dirty(ConnectData.LENGTH);
        ConnectData data = ConnectData.decode(memory, 0);
        assertFalse(Nqn.isValid(data.subsystemNqn()));
        assertFalse(Nqn.isValid(data.hostNqn()));
        Bytes.put(memory, ConnectData.SUBNQN, ascii("nqn.2019-05.io.openebs:") + "c3 28 00");
        String name = ConnectData.decode(memory, 0).subsystemNqn();
        assertEquals("nqn.2019-05.io.openebs:\u001a(", name);
        assertFalse(Nqn.isValid(name));
    }

    @Test
    void connectResultNamesControllerOrWrongParameter() {
        assertEquals(0x0102, ConnectResult.success(0x0102));
        assertEquals(
                0x0102, ConnectResult.controllerId(ConnectResult.AUTHENTICATION_REQUIRED | 0x0102));
        assertEquals(44, ConnectResult.invalidInCommand(ConnectCommand.SQSIZE));
        int dw0 = ConnectResult.invalidInData(ConnectData.SUBNQN);
        assertEquals(0x10100, dw0);
        assertTrue(ConnectResult.isInData(dw0));
        assertFalse(ConnectResult.isInData(44));
        assertEquals(256, ConnectResult.invalidOffset(dw0));
    }

    @Test
    void disconnectHasItsBytes() {
        MemorySegment memory = Bytes.dirty(64);
        DisconnectCommand.encode(memory, 0, 7);
        assertBytes(HEAD.formatted("08000000") + NO_DATA + "00".repeat(24), memory);
        assertEquals(0, DisconnectCommand.recordFormat(memory, 0));
    }

    @Test
    void propertyGetHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        PropertyCommand.encodeGet(memory, 0, 7, Property.CAP);
        assertBytes(
                HEAD.formatted("04000000") + NO_DATA + "01 000000 00000000" + "00".repeat(16),
                memory);
        assertEquals(8, PropertyCommand.byteLength(memory, 0));
        assertEquals(Optional.of(Property.CAP), Property.at(PropertyCommand.offset(memory, 0)));
    }

    @Test
    void propertySetHasItsBytesAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        PropertyCommand.encodeSet(memory, 0, 7, Property.CC, 0x460001);
        assertBytes(
                HEAD.formatted("00000000")
                        + NO_DATA
                        + "00 000000 14000000 0100460000000000 0000000000000000",
                memory);
        assertEquals(4, PropertyCommand.byteLength(memory, 0));
        assertEquals(0x14, PropertyCommand.offset(memory, 0));
        assertEquals(0x460001, PropertyCommand.value(memory, 0));
        LittleEndian.put8(memory, PropertyCommand.ATTRIB, 2);
        assertEquals(0, PropertyCommand.byteLength(memory, 0));
        assertEquals(Optional.empty(), Property.at(0xffffffffL));
    }

    @Test
    void capabilitiesHaveTheirBits() {
        ControllerCapabilities capabilities =
                new ControllerCapabilities(128, true, 30, ControllerCapabilities.CSS_NVM, 0, 4, 1);
        // MQES 7Fh, CQR bit 16, TO 1Eh << 24, CSS bit 37, MPSMAX 4 << 52, CRMS bit 59
        assertEquals(0x0840_0020_1e01_007fL, capabilities.encode());
        assertEquals(capabilities, ControllerCapabilities.decode(0x0840_0020_1e01_007fL));
    }

    @Test
    void configurationHasItsBits() {
        ControllerConfiguration configuration =
                new ControllerConfiguration(
                        true, 0, 0, 0, ControllerConfiguration.SHUTDOWN_NORMAL, 6, 4, false);
        assertEquals(0x0046_4001, configuration.encode());
        assertEquals(configuration, ControllerConfiguration.decode(0x0046_4001));
        ControllerConfiguration other = new ControllerConfiguration(false, 6, 9, 5, 2, 15, 1, true);
        assertEquals(0x011f_ace0, other.encode());
        assertEquals(other, ControllerConfiguration.decode(0x011f_ace0));
    }

    @Test
    void controllerStatusHasItsBits() {
        assertTrue(ControllerStatus.isReady(0x1));
        assertTrue(ControllerStatus.isFatal(0x2));
        assertTrue(ControllerStatus.isShutdownComplete(0x9));
        assertFalse(ControllerStatus.isShutdownComplete(0x5));
    }

    @Test
    void versionHasItsBits() {
        SpecificationVersion version = new SpecificationVersion(1, 4, 2);
        assertEquals(0x0001_0402, version.encode());
        assertEquals(version, SpecificationVersion.decode(0x0001_0402));
        assertEquals("1.4.2", version.toString());
    }
}
