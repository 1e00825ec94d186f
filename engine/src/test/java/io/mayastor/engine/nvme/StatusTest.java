package io.mayastor.engine.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusTest {
    @Test
    void packsTypeCodeDelayAndDoNotRetryAsTheCompletionEntryDoes() {
        int status = Status.withRetryDelay(Status.withDoNotRetry(Status.COMPARE_FAILURE), 2);
        assertEquals(0x4000 | 2 << 11 | 0x285, status);
        assertEquals(Status.COMPARE_FAILURE, Status.code(status));
        assertEquals(Status.TYPE_MEDIA, Status.type(status));
        assertEquals(2, Status.retryDelay(status));
        assertTrue(Status.isDoNotRetry(status));
        assertEquals(1, Status.retryDelay(Status.withRetryDelay(status, 1)));
    }

    @Test
    void successIsJudgedByTypeAndCodeAlone() {
        assertTrue(Status.isSuccess(0));
        assertTrue(Status.isSuccess(Status.MORE));
        assertFalse(Status.isSuccess(Status.COMPLETION_QUEUE_INVALID));
        assertFalse(Status.isSuccess(Status.INTERNAL_PATH_ERROR));
    }

    @Test
    void anaStatusesArePathErrors() {
        assertTrue(Status.isPathError(Status.ANA_INACCESSIBLE));
        assertTrue(Status.isPathError(Status.withDoNotRetry(Status.HOST_PATHING_ERROR)));
        assertFalse(Status.isPathError(Status.LBA_OUT_OF_RANGE));
    }

    @Test
    void numbersAreThoseOfTheSpecification() {
        assertEquals(0x002, Status.INVALID_FIELD);
        assertEquals(0x00b, Status.INVALID_NAMESPACE_OR_FORMAT);
        assertEquals(0x083, Status.RESERVATION_CONFLICT);
        assertEquals(0x105, Status.ASYNC_EVENT_LIMIT_EXCEEDED);
        assertEquals(0x182, Status.CONNECT_INVALID_PARAMETERS);
        assertEquals(0x184, Status.CONNECT_INVALID_HOST);
        assertEquals(0x281, Status.UNRECOVERED_READ_ERROR);
        assertEquals(0x303, Status.ANA_TRANSITION);
        assertEquals(0x371, Status.ABORTED_BY_HOST);
    }

    @Test
    void theSameCodeReadsDifferentlyForConnectAndForIo() {
        assertEquals("conflicting attributes (0x180)", Status.name(0x180));
        assertEquals("connect incompatible format (0x180)", Status.fabricsName(0x180));
        assertEquals(
                "connect invalid host (0x184), do not retry",
                Status.fabricsName(Status.withDoNotRetry(0x184)));
        assertEquals("vendor specific status (0x7c0)", Status.name(0x7c0));
        assertEquals("unknown status (0x04a)", Status.name(0x04a));
    }

    @Test
    void everyConstantHasAName() throws IllegalAccessException {
        Set<String> noCodes = Set.of("DNR", "MORE");
        for (Field field : Status.class.getFields()) {
            if (field.getName().startsWith("TYPE_") || noCodes.contains(field.getName())) {
                continue;
            }
            int status = field.getInt(null);
            boolean named =
                    !Status.name(status).startsWith("unknown")
                            || !Status.fabricsName(status).startsWith("unknown");
            assertTrue(named, field.getName());
            assertEquals(status, Status.code(status), field.getName());
        }
        assertTrue(Arrays.stream(Status.class.getFields()).count() > 100);
    }
}
