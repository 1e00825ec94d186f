package io.mayastor.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.function.Executable;

/** What a test expects of a call that is refused. */
final class Refusals {
    private Refusals() {}

    /** The refusal, for further questions. */
    static StatusRuntimeException refused(Code code, Executable call) {
        StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, call);
        assertEquals(code, refusal.getStatus().getCode(), refusal.getMessage());
        return refusal;
    }

    /** Also looks for words in the message. */
    static void refused(Code code, String words, Executable call) {
        String text = String.valueOf(refused(code, call).getStatus().getDescription());
        if (!text.contains(words)) {
            assertEquals(words, text, "the words are in the message");
        }
    }
}
