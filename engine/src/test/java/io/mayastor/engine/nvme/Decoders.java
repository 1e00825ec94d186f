package io.mayastor.engine.nvme;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;

/**
 * Every decoder with its encoder, for tests that throw arbitrary bytes at them. What must hold: a
 * decoder returns a value or throws {@link WireFormatException}; what it returns can be encoded and
 * decodes to the same value again.
 */
final class Decoders {
    /**
     * A structure under test; {@code size} is how many bytes a value takes, {@code leastLength} the
     * fewest of any value.
     */
    record Decoder<T>(
            String name,
            int leastLength,
            BiFunction<MemorySegment, Long, T> decode,
            Encode<T> encode,
            ToLongFunction<T> size) {
        /** Whether the bytes were taken. */
        boolean check(MemorySegment memory, long base) {
            T value;
            try {
                value = decode.apply(memory, base);
            } catch (WireFormatException refused) {
                return false;
            }
            MemorySegment encoded = Bytes.dirty(size.applyAsLong(value));
            encode.encode(value, encoded, 0);
            T again = decode.apply(encoded, 0L);
            if (!value.equals(again)) {
                throw new AssertionError("%s: %s became %s".formatted(name, value, again));
            }
            return true;
        }
    }

    interface Encode<T> {
        void encode(T value, MemorySegment memory, long base);
    }

    static final List<Decoder<?>> IDENTIFY =
            List.of(
                    of("controller", 4096, IdentifyController::decode, IdentifyController::encode),
                    of("namespace", 4096, IdentifyNamespace::decode, IdentifyNamespace::encode),
                    of("namespaces", 4096, NamespaceList::decode, NamespaceList::encode),
                    of(
                            "descriptors",
                            4096,
                            NamespaceDescriptors::decode,
                            NamespaceDescriptors::encode),
                    of(
                            "NVM controller",
                            4096,
                            IdentifyNvmController::decode,
                            IdentifyNvmController::encode),
                    of(
                            "NVM namespace",
                            4096,
                            IdentifyNvmNamespace::decode,
                            IdentifyNvmNamespace::encode),
                    of(
                            "independent namespace",
                            4096,
                            IdentifyIndependentNamespace::decode,
                            IdentifyIndependentNamespace::encode),
                    of("command sets", 4096, IoCommandSets::decode, IoCommandSets::encode),
                    of("LBA format", 4, LbaFormat::decode, LbaFormat::encode));

    static final List<Decoder<?>> LOGS =
            List.of(
                    of("error", 64, ErrorLogEntry::decode, ErrorLogEntry::encode),
                    of("SMART", 512, SmartLog::decode, SmartLog::encode),
                    of("firmware", 512, FirmwareSlotLog::decode, FirmwareSlotLog::encode),
                    of("effects", 4096, CommandEffectsLog::decode, CommandEffectsLog::encode),
                    of("pages", 1024, SupportedLogPages::decode, SupportedLogPages::encode),
                    new Decoder<>("ANA", 16, AnaLog::decode, AnaLog::encode, AnaLog::byteLength),
                    new Decoder<>(
                            "discovery",
                            1024,
                            DiscoveryLog::decode,
                            DiscoveryLog::encode,
                            DiscoveryLog::byteLength),
                    of(
                            "notification",
                            64,
                            ReservationNotificationLog::decode,
                            ReservationNotificationLog::encode));

    static final List<Decoder<?>> COMMAND_DATA =
            List.of(
                    of("Connect", 1024, ConnectData::decode, ConnectData::encode),
                    of("host behavior", 512, HostBehavior::decode, HostBehavior::encode),
                    of("host identifier", 16, HostIdentifier::decode, HostIdentifier::encode),
                    new Decoder<>(
                            "standard report",
                            24,
                            ReservationReport::decodeStandard,
                            ReservationReport::encodeStandard,
                            report -> report.byteLength(false)),
                    new Decoder<>(
                            "extended report",
                            64,
                            ReservationReport::decodeExtended,
                            ReservationReport::encodeExtended,
                            report -> report.byteLength(true)));

    private Decoders() {}

    private static <T> Decoder<T> of(
            String name, int length, BiFunction<MemorySegment, Long, T> decode, Encode<T> encode) {
        return new Decoder<>(name, length, decode, encode, _ -> length);
    }
}
