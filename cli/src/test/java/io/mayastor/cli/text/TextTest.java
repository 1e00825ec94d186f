package io.mayastor.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, times, tables and JSON as people and programs read them. */
class TextTest {
    @ParameterizedTest
    @CsvSource({"512,512", "4k,4096", "4KiB,4096", "4 kb,4096", "1m,1048576", "2G,2147483648"})
    void sizesAreReadInUnitsOf1024(String text, long bytes) {
        assertEquals(bytes, Sizes.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4x", "1.5g", "9999999999999999999", "9000000t"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Sizes.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "4096,4 KiB", "1610612736,1.5 GiB"})
    void sizesAreShownInTheLargestUnit(long bytes, String text) {
        assertEquals(text, Sizes.format(bytes));
    }

    @ParameterizedTest
    @CsvSource({"10,10000000000", "10s,10000000000", "500ms,500000000", "2m,120000000000"})
    void timesWithoutUnitAreSeconds(String text, long nanos) {
        assertEquals(nanos, Durations.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"900,0.9 us", "83000,83 us", "12000000,12 ms", "11000000000,11.0 s"})
    void timesAreShownInAReadableUnit(long nanos, String text) {
        assertEquals(text, Durations.format(nanos));
    }

    @Test
    void columnsAreAlignedAndNumbersStandOnTheRight() {
        Table table = new Table("NAME", ">SIZE", "STATE");
        table.add("a", 1000, "");
        table.add("longer", 7, "up");

        assertEquals(
                """
                NAME    SIZE  STATE
                a       1000
                longer     7  up
                """,
                table.toText(true));
        assertEquals("a       1000\nlonger     7  up\n", table.toText(false));
    }

    @Test
    void aProgressBarIsWrittenOverAndDisappears() {
        StringWriter text = new StringWriter();
        try (ProgressBar bar = new ProgressBar(new PrintWriter(text), true, "zeroes")) {
            bar.show(0, 4096);
            bar.show(1024, 4096);
            bar.show(1024, 4096);
        }

        assertEquals(
                """
                \r\
                zeroes [........................................] 0%  0 B of 4 KiB\u001b[K\r\
                zeroes [##########..............................] 25%  1 KiB of 4 KiB\u001b[K\r\
                \u001b[K\
                """,
                text.toString());
    }

    @Test
    void aProgressBarThatNobodySeesIsNotWritten() {
        StringWriter text = new StringWriter();
        try (ProgressBar bar = new ProgressBar(new PrintWriter(text), false, "zeroes")) {
            bar.show(0, 4096);
        }

        assertEquals("", text.toString());
    }

    @Test
    void jsonNestsObjects() {
        Json json = new Json();
        json.object(() -> {
            json.field("count", 3).field("text", "x");
            json.name("inner").object(() -> json.field("value", 1.5));
            json.field("last", 0);
        });

        assertEquals(
                """
                {
                  "count": 3,
                  "text": "x",
                  "inner": {
                    "value": 1.500
                  },
                  "last": 0
                }\
                """,
                json.toString());
    }

    @Test
    void jsonHasListsAndEscapesTexts() {
        Json json = new Json();
        json.object(() -> {
            json.array("none", List.of(), json::value);
            json.array("some", Arrays.asList(1, true, null, "a\"b\\c\n"), json::value);
            json.array("rows", List.of(7), row -> json.object(() -> json.field("row", row)));
        });

        assertEquals(
                """
                {
                  "none": [],
                  "some": [
                    1,
                    true,
                    null,
                    "a\\"b\\\\c\\u000a"
                  ],
                  "rows": [
                    {
                      "row": 7
                    }
                  ]
                }\
                """,
                json.toString());
    }
}
