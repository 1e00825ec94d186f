package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mayastor.engine.device.DeviceException.Kind;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.reactor.ReactorOptions;
import io.mayastor.engine.sim.SimulatedDisk;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceRegistryTest {
    private static final String UUID_A = "6e3c062c-293b-46e6-8ab3-ff13c1643437";

    private DeviceFixture fixture;
    private DeviceRegistry registry;

    @BeforeEach
    void openReactor() {
        fixture = new DeviceFixture(SimulatedHost.with(SimulatedDisk.file(4096)));
        registry = fixture.registry;
    }

    @AfterEach
    void closeReactor() {
        fixture.close();
    }

    private void assertRefused(Kind kind, String complaint, CompletableFuture<?> future) {
        DeviceException thrown = assertThrows(DeviceException.class, () -> fixture.await(future));

        assertEquals(kind, thrown.kind(), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(complaint), thrown.getMessage());
    }

    @Test
    void aDeviceIsFoundByNameByItsUrisAndByUuid() {
        String uri = "malloc:///m0?size_mb=1";
        BlockDevice device = fixture.open(uri);

        assertSame(device, registry.info("m0").device());
        assertSame(device, registry.info(uri).device());
        assertSame(device, registry.info(device.uri()).device());
        assertSame(device, registry.info("malloc:///m0?size_mb=7").device());
        assertSame(device, registry.find(device.uuid()).orElseThrow().device());
        assertTrue(registry.find("null:///m0").isEmpty(), "another scheme");
        assertEquals(uri + "&uuid=" + device.uuid(), device.uri());
    }

    @Test
    void devicesAreListedInTheOrderOfTheirCreation() {
        fixture.open("malloc:///b?size_mb=1");
        fixture.open("null:///a?num_blocks=8");

        assertEquals(
                List.of("b", "a"),
                registry.list().stream().map(info -> info.device().name()).toList());
    }

    @Test
    void aNameBelongsToOneDevice() {
        fixture.open("malloc:///m0?size_mb=1");

        assertRefused(
                Kind.ALREADY_EXISTS,
                "device m0 exists already",
                registry.create("null:///m0?size_mb=1"));
    }

    @Test
    void aUuidBelongsToOneDevice() {
        fixture.open("malloc:///m0?size_mb=1&uuid=" + UUID_A);

        assertRefused(
                Kind.ALREADY_EXISTS,
                "uuid " + UUID_A + " belongs to device m0",
                registry.create("malloc:///m1?size_mb=1&uuid=" + UUID_A));
    }

    @Test
    void twoCreationsAtOnceGiveOneDevice() {
        CompletableFuture<BlockDevice> first = registry.create("malloc:///m0?size_mb=1");
        CompletableFuture<BlockDevice> second = registry.create("malloc:///m0?size_mb=1");

        assertRefused(Kind.BUSY, "device m0 is just being opened", second);
        assertSame(fixture.await(first), registry.info("m0").device());
    }

    @Test
    void aFailedOpenLeavesNothingBehind() {
        assertRefused(Kind.NOT_FOUND, "there is no file", registry.create("/data/none"));

        assertTrue(registry.list().isEmpty());
        assertTrue(registry.find("/data/none").isEmpty());
        assertRefused(Kind.NOT_FOUND, "there is no file", registry.create("/data/none"));
    }

    @Test
    void anUnknownSchemeIsAnsweredWithTheKnownOnes() {
        assertRefused(
                Kind.INVALID_ARGUMENT,
                "unknown scheme ftp, known are aio, malloc, null, uring, bdev, loopback",
                registry.create("ftp:///x"));
    }

    @Test
    void aDestroyedDeviceIsGoneAndItsNameFree() {
        BlockDevice first = fixture.open("malloc:///m0?size_mb=1");

        fixture.await(registry.destroy("malloc:///m0?size_mb=1"));

        assertTrue(registry.find("m0").isEmpty());
        assertNotSame(first, fixture.open("malloc:///m0?size_mb=1"));
        assertRefused(Kind.NOT_FOUND, "there is no device m9", registry.destroy("m9"));
    }

    @Test
    void aClaimedDeviceIsNeitherDestroyedNorClaimedByAnother() {
        fixture.open("malloc:///m0?size_mb=1");
        registry.claim("m0", "nexus n1");
        registry.claim("m0", "nexus n1");

        assertEquals("nexus n1", registry.info("m0").claimedBy());
        assertRefused(Kind.BUSY, "in use by nexus n1", registry.destroy("m0"));
        assertThrows(DeviceException.class, () -> registry.claim("m0", "pool p1"));

        registry.release("m0", "pool p1");
        assertTrue(registry.info("m0").claimed(), "the claim of another stays");
        registry.release("m0", "nexus n1");
        fixture.await(registry.destroy("m0"));
    }

    @Test
    void anAliasLeadsToTheDeviceAndIsForgottenAlone() {
        BlockDevice device = fixture.open("malloc:///m0?size_mb=1&uuid=" + UUID_A);
        String alias = "bdev:///m0?uuid=" + UUID_A;

        assertSame(device, fixture.open(alias));
        assertSame(device, fixture.open("loopback:///m0"));
        assertTrue(registry.info("m0").aliases().contains(alias));

        fixture.await(registry.destroy(alias));
        assertTrue(!registry.info("m0").aliases().contains(alias));
    }

    @Test
    void anAliasWithAnotherUuidOrWithoutADeviceIsRefused() {
        fixture.open("malloc:///m0?size_mb=1");

        assertRefused(
                Kind.INVALID_ARGUMENT,
                "device m0 has uuid",
                registry.create("bdev:///m0?uuid=" + UUID_A));
        assertRefused(Kind.NOT_FOUND, "there is no device m1", registry.create("bdev:///m1"));
    }

    @Test
    void aDeviceMadeElsewhereIsListedButNotDestroyed() {
        BlockDevice made =
                new NullDevice(
                        new DeviceIdentity("r0", UUID.fromString(UUID_A), "bdev:///r0"),
                        fixture.reactor,
                        new Geometry(512, 8));
        registry.add(made);

        assertSame(made, fixture.open("bdev:///r0?uuid=" + UUID_A));
        assertRefused(
                Kind.INVALID_ARGUMENT, "destroyed by whoever made it", registry.destroy("r0"));
        assertThrows(DeviceException.class, () -> registry.add(made));

        registry.remove(made);
        assertTrue(registry.list().isEmpty());
        made.close(() -> {});
    }

    @Test
    void devicesGoToTheReactorThatHasTheFewest() {
        Reactor other = new Reactor("other", 1, fixture.kernel, ReactorOptions.DEFAULT);
        other.open();
        DeviceRegistry two = new DeviceRegistry(List.of(fixture.reactor, other));
        two.register("null", new NullDeviceFactory(UUID::randomUUID));

        CompletableFuture<BlockDevice> first = two.create("null:///a?size_mb=1");
        CompletableFuture<BlockDevice> second = two.create("null:///b?size_mb=1");
        CompletableFuture<BlockDevice> given = two.create("null:///c?size_mb=1", other);

        assertSame(fixture.reactor, fixture.await(first).reactor());
        other.turn(0);
        assertSame(other, fixture.await(second).reactor());
        assertSame(other, fixture.await(given).reactor());
        CompletableFuture<Void> closed = two.close();
        fixture.turnUntil(
                "both are closed",
                () -> {
                    other.turn(0);
                    return closed.isDone();
                });
        other.close();
    }

    @Test
    void closingTheRegistryClosesClaimedDevicesToo() {
        fixture.open("malloc:///m0?size_mb=1");
        fixture.open("/dev/vdb");
        registry.claim("m0", "target");

        fixture.await(registry.close());

        assertTrue(registry.list().isEmpty());
    }
}
