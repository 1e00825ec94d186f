package io.mayastor.e2e.guest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that needs Linux guests. Parameters of type {@link Guest} get a machine with Linux
 * 6.12 that all such classes share; it is tidied after each test, whose kernel log must be free of
 * complaints.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("guest")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(GuestExtension.class)
public @interface GuestTest {}
