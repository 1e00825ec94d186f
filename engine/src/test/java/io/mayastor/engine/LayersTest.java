package io.mayastor.engine;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.ConstructorCallTarget;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;

/**
 * Holds the order of the engine's packages and keeps threads, clocks and sockets in the lowest two.
 */
@AnalyzeClasses(
        packages = "io.mayastor.engine",
        importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final String ENGINE = "io.mayastor.engine.";
    private static final String[] RING_AND_REACTOR = {ENGINE + "ring..", ENGINE + "reactor.."};

    /** The classes of {@code java.net} that only take text apart or hold an address. */
    private static final Class<?>[] VALUES_OF_JAVA_NET = {
        InetAddress.class,
        InetSocketAddress.class,
        URI.class,
        URISyntaxException.class,
        URLDecoder.class,
        URLEncoder.class
    };

    @ArchTest
    static final ArchRule packagesUseOnlyThoseBelowThem =
            layers("nexus", "target", "initiator", "pool", "device", "nvme", "reactor", "ring")
                    .whereLayer("nexus")
                    .mayOnlyAccessLayers(
                            "target", "initiator", "pool", "device", "nvme", "reactor", "ring")
                    .whereLayer("target")
                    .mayOnlyAccessLayers("pool", "device", "nvme", "reactor", "ring")
                    .whereLayer("initiator")
                    .mayOnlyAccessLayers("pool", "device", "nvme", "reactor", "ring")
                    .whereLayer("pool")
                    .mayOnlyAccessLayers("device", "nvme", "reactor", "ring")
                    .whereLayer("device")
                    .mayOnlyAccessLayers("nvme", "reactor", "ring")
                    .whereLayer("nvme")
                    .mayNotAccessAnyLayer()
                    .whereLayer("reactor")
                    .mayOnlyAccessLayers("ring")
                    .whereLayer("ring")
                    .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule partsOfThePoolUseOnlyThoseBelowThem =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .withOptionalLayers(true)
                    .layer("pool")
                    .definedBy(ENGINE + "pool")
                    .layer("volume")
                    .definedBy(ENGINE + "pool.volume..")
                    .layer("journal")
                    .definedBy(ENGINE + "pool.journal..")
                    .layer("metadata")
                    .definedBy(ENGINE + "pool.metadata..")
                    .layer("format")
                    .definedBy(ENGINE + "pool.format..")
                    .whereLayer("volume")
                    .mayOnlyAccessLayers("journal", "metadata", "format")
                    .whereLayer("journal")
                    .mayOnlyAccessLayers("metadata", "format")
                    .whereLayer("metadata")
                    .mayOnlyAccessLayers("format")
                    .whereLayer("format")
                    .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule threadsAreStartedByRingAndReactorOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(RING_AND_REACTOR)
                    .should()
                    .callConstructorWhere(ownerIs(Thread.class))
                    .orShould()
                    .callMethod(Thread.class, "ofPlatform")
                    .orShould()
                    .callMethod(Thread.class, "ofVirtual")
                    .orShould()
                    .callMethod(Thread.class, "startVirtualThread", Runnable.class)
                    .orShould()
                    .callMethod(Thread.class, "sleep", long.class)
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.concurrent.Executors")
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule filesAndSocketsAreReachedThroughTheRingOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(RING_AND_REACTOR)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.net..", "java.nio.channels..", "java.nio.file..")
                                    .and(not(belongToAnyOf(VALUES_OF_JAVA_NET))))
                    .allowEmptyShould(true);

    @ArchTest
    static final ArchRule timeIsReadFromTheReactorOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(RING_AND_REACTOR)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.time.Clock")
                    .allowEmptyShould(true);

    private static LayeredArchitecture layers(String... names) {
        LayeredArchitecture all =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true);
        for (String name : names) {
            all = all.layer(name).definedBy(ENGINE + name + "..");
        }
        return all;
    }

    private static DescribedPredicate<JavaConstructorCall> ownerIs(Class<?> type) {
        return DescribedPredicate.describe(
                "of " + type.getName(),
                call -> {
                    ConstructorCallTarget target = call.getTarget();
                    return target.getOwner().isAssignableTo(type);
                });
    }
}
