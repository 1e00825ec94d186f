package io.mayastor.engine.nvme;

import static io.mayastor.engine.nvme.Bytes.assertBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Golden bytes and bits of features, asynchronous events and Abort. */
class FeatureFormatTest {
    @Test
    void getFeaturesHasItsFieldsAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        FeaturesCommand.encodeGet(
                memory,
                0,
                9,
                1,
                Feature.TEMPERATURE_THRESHOLD,
                FeaturesCommand.SELECT_CAPABILITIES,
                0xf0000);
        assertBytes("0a 40 0900 01000000", memory.asSlice(0, 8));
        assertBytes("04030000 00000f00", memory.asSlice(40, 8));
        assertEquals(Feature.TEMPERATURE_THRESHOLD, FeaturesCommand.feature(memory, 0));
        assertEquals(FeaturesCommand.SELECT_CAPABILITIES, FeaturesCommand.select(memory, 0));
        assertEquals(0xf0000, FeaturesCommand.value(memory, 0));
        assertFalse(FeaturesCommand.save(memory, 0));
    }

    @Test
    void setFeaturesHasItsFieldsAndComesBack() {
        MemorySegment memory = Bytes.dirty(64);
        FeaturesCommand.encodeSet(
                memory, 0, 9, 0, Feature.NUMBER_OF_QUEUES, true, FeatureValue.queues(4, 8));
        assertBytes("09 40 0900 00000000", memory.asSlice(0, 8));
        assertBytes("07000080 03000700", memory.asSlice(40, 8));
        assertTrue(FeaturesCommand.save(memory, 0));
        assertEquals(4, FeatureValue.submissionQueues(FeaturesCommand.value(memory, 0)));
        assertEquals(8, FeatureValue.completionQueues(FeaturesCommand.value(memory, 0)));
    }

    @Test
    void sixtyFiveThousandQueuesAreIllegal() {
        assertTrue(FeatureValue.isLegalQueues(0xfffe_fffe));
        assertFalse(FeatureValue.isLegalQueues(0x0000_ffff));
        assertFalse(FeatureValue.isLegalQueues(0xffff_0000));
    }

    @Test
    void valuesHaveTheirBits() {
        assertEquals(0xff_7f_00_07, FeatureValue.arbitration(7, 1, 128, 256));
        assertEquals(7, FeatureValue.arbitrationBurstShift(0xff_7f_00_07));
        assertEquals(3, FeatureValue.powerState(0x23));
        int threshold = 0x0011_0157;
        assertEquals(343, FeatureValue.temperatureKelvin(threshold));
        assertEquals(1, FeatureValue.temperatureSensor(threshold));
        assertEquals(1, FeatureValue.temperatureKind(threshold));
        assertEquals(9, FeatureValue.errorRecoveryLimit(FeatureValue.DEALLOCATED_ERROR | 9));
    }

    @Test
    void asynchronousEventsHaveTheirBits() {
        assertEquals(0x04_00_02, AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED);
        assertEquals(0x0c_03_02, AsyncEvent.ANA_CHANGED);
        assertEquals(0x70_f0_02, AsyncEvent.DISCOVERY_CHANGED);
        assertEquals(0x80_00_06, AsyncEvent.RESERVATION_LOG_AVAILABLE);
        assertEquals(AsyncEvent.TYPE_NOTICE, AsyncEvent.type(AsyncEvent.ANA_CHANGED));
        assertEquals(3, AsyncEvent.information(AsyncEvent.ANA_CHANGED));
        assertEquals(LogPage.ANA, AsyncEvent.logPage(AsyncEvent.ANA_CHANGED));
    }

    @Test
    void asynchronousEventsAreNamedWhateverTheirReservedBits() {
        assertEquals("ANA change", AsyncEvent.name(0xff0c_03fa));
        assertEquals("namespace attribute changed", AsyncEvent.name(0x04_00_02));
        assertEquals("discovery log page change", AsyncEvent.name(0x70_f0_02));
        assertEquals("reservation log page available", AsyncEvent.name(0x80_00_06));
        assertEquals("event type 1 information 0x01 log page 0x02", AsyncEvent.name(0x02_01_01));
    }

    @Test
    void hostBehaviorHasItsBytesAndComesBack() {
        HostBehavior behavior = new HostBehavior(true, false, true);
        MemorySegment memory = Bytes.dirty(512);
        behavior.encode(memory, 0);
        assertBytes(Bytes.image(512, 0, "01 00 01"), memory);
        assertEquals(behavior, HostBehavior.decode(memory, 0));
        assertThrows(
                WireFormatException.class, () -> HostBehavior.decode(Bytes.image(512, 0, "02"), 0));
    }

    @Test
    void hostIdentifierHasItsBytesAndComesBack() {
        HostIdentifier host =
                new HostIdentifier(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
        MemorySegment memory = Bytes.dirty(16);
        host.encode(memory, 0);
        assertBytes("00112233445566778899aabbccddeeff", memory);
        assertEquals(host, HostIdentifier.decode(memory, 0));
    }

    @Test
    void abortNamesQueueAndCommand() {
        MemorySegment memory = Bytes.dirty(64);
        AbortCommand.encode(memory, 0, 9, 2, 0x1234);
        assertBytes("08 40 0900 00000000", memory.asSlice(0, 8));
        assertBytes("0200 3412", memory.asSlice(40, 4));
        assertEquals(2, AbortCommand.queueId(memory, 0));
        assertEquals(0x1234, AbortCommand.commandToAbort(memory, 0));
    }

    @Test
    void featuresHaveNames() {
        assertEquals("Keep Alive Timer", Feature.name(0x0f));
        assertEquals("feature 0x10", Feature.name(0x10));
    }
}
