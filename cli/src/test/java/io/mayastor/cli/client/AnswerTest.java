package io.mayastor.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AnswerTest {
    @Test
    void escapesMadeForHtmlAreTakenBack() {
        assertEquals("\"a=b&c<d>'\"", Answer.plain("\"a\\u003db\\u0026c\\u003cd\\u003e\\u0027\""));
    }

    @Test
    void otherEscapesStay() {
        String json = "\"\\\\u003d \\n \\\" \\u001f\"";

        assertEquals(json, Answer.plain(json));
    }
}
