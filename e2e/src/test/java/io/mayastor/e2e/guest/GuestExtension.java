package io.mayastor.e2e.guest;

import io.mayastor.e2e.guest.GuestImage.ImpossibleException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the shared guest, or skips them on a machine that can not have one. Tidies up before
 * the test's own clean-up stops its engine: a host that loses its target complains.
 */
final class GuestExtension
        implements ExecutionCondition, ParameterResolver, AfterTestExecutionCallback {
    /** Set where a missing guest is a failure, as on a CI machine. */
    private static final String REQUIRED = "MAYASTOR_REQUIRE_GUEST";

    private static final Namespace NAMESPACE = Namespace.create(GuestExtension.class);

    /** Why this machine has no guests; an empty reason when it has. */
    private record Obstacle(String reason) {
        static Obstacle find() {
            String reason = search();
            if (!reason.isEmpty() && !isRequired()) {
                System.out.println("guest tests are skipped: " + reason);
            }
            return new Obstacle(reason);
        }

        private static String search() {
            boolean installed =
                    Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                            .anyMatch(
                                    each -> Files.isExecutable(Path.of(each, QemuProcess.PROGRAM)));
            if (!installed) {
                return QemuProcess.PROGRAM + " is not installed (Debian: qemu-system-x86)";
            }
            try {
                GuestImage.prepare(GuestKernel.LINUX_6_12);
                return "";
            } catch (ImpossibleException e) {
                return e.getMessage();
            }
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String reason =
                root(context)
                        .computeIfAbsent(Obstacle.class, key -> Obstacle.find(), Obstacle.class)
                        .reason();
        if (reason.isEmpty()) {
            return ConditionEvaluationResult.enabled("this machine can run guests");
        }
        if (isRequired()) {
            throw new IllegalStateException(REQUIRED + " is set, but " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean isRequired() {
        return "1".equals(System.getenv(REQUIRED));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Guest.class;
    }

    @Override
    public Guest resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return root(context).computeIfAbsent(Guest.class, key -> boot(), Guest.class);
    }

    private static Guest boot() {
        try {
            return Guest.boot(GuestKernel.LINUX_6_12);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Guest guest = root(context).get(Guest.class, Guest.class);
        if (guest == null) {
            return;
        }
        guest.tidy();
        if (context.getExecutionException().isPresent()) {
            guest.kernelLog().clear(); // the first failure is the one to see
        } else {
            guest.kernelLog().check();
        }
    }

    /** Lives as long as the test run; what is in it and can be closed is closed then. */
    private static Store root(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE);
    }
}
