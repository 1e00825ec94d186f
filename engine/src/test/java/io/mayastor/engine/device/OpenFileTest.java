package io.mayastor.engine.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.ring.Errno;
import io.mayastor.engine.ring.Kernel;
import io.mayastor.engine.ring.Kernel.FileDescription;
import io.mayastor.engine.ring.Kernel.OpenMode;
import io.mayastor.engine.ring.SystemCallException;
import io.mayastor.engine.sim.SimulatedDisk;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** File systems that do not know direct I/O are used through the page cache. */
class OpenFileTest {
    private static final DeviceUri URI = DeviceUri.parse(SimulatedHost.PATH);

    private final Kernel host = SimulatedHost.with(SimulatedDisk.file(1 << 20));

    /** The simulated kernel with another answer to one call; null: the usual one. */
    private Kernel answering(Answer answer) {
        return (Kernel)
                Proxy.newProxyInstance(
                        Kernel.class.getClassLoader(),
                        new Class<?>[] {Kernel.class},
                        (proxy, method, arguments) -> {
                            Object other = answer.to(method.getName(), arguments);
                            try {
                                return other == null ? method.invoke(host, arguments) : other;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private interface Answer {
        Object to(String call, Object[] arguments) throws Exception;
    }

    @Test
    void aFileSystemThatRefusesDirectOpensIsUsedWithoutAlignment() {
        Kernel kernel =
                answering((call, arguments) -> {
                    if (call.equals("open") && ((OpenMode) arguments[1]).direct()) {
                        throw new SystemCallException("open", Errno.EINVAL);
                    }
                    return call.equals("describe") ? withoutDirect() : null;
                });

        assertBuffered(OpenFile.open(kernel, URI));
    }

    @Test
    void aFileThatSaysItHasNoDirectTransfersIsOpenedAnew() {
        Kernel kernel =
                answering((call, arguments) -> call.equals("describe") ? withoutDirect() : null);

        assertBuffered(OpenFile.open(kernel, URI));
    }

    private static FileDescription withoutDirect() {
        return new FileDescription(false, 1 << 20, 512, 4096, 0);
    }

    private static void assertBuffered(OpenFile file) {
        assertEquals(1, file.alignBytes());
        assertEquals(512, file.blockSize());
        assertEquals(2048, file.blockCount());
    }
}
