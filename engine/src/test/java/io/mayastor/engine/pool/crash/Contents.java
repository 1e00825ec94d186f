package io.mayastor.engine.pool.crash;

import io.mayastor.engine.pool.format.JournalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** What a write to a disk carries, as a set of bits: for coverage and messages. */
final class Contents {
    /** The bits below are {@code 1 << type} of each record in a journal block. */
    static final int JOURNAL = 1;

    static final int UNITS = 1 << JournalRecord.UNITS;
    static final int CLEAR = 1 << JournalRecord.CLEAR;
    static final int REGION = 1 << JournalRecord.REGION;
    static final int MOVE = 1 << JournalRecord.MOVE;
    static final int PUT_LAYER = 1 << JournalRecord.PUT_LAYER;
    static final int REMOVE_LAYER = 1 << JournalRecord.REMOVE_LAYER;
    static final int PAGE = 1 << 8;
    static final int ROOT = 1 << 9;
    static final int LABEL = 1 << 10;
    static final int DATA = 1 << 11;
    static final int CLEARING = 1 << 12;
    static final int KINDS = 13;

    private static final String[] NAMES = {
        "journal",
        "units",
        "clear",
        "region",
        "move",
        "put layer",
        "remove layer",
        "",
        "page",
        "root",
        "label",
        "data",
        "discard"
    };

    private static final int RECORD_COUNT_AT = 76;
    private static final int FIRST_RECORD_AT = 80;

    private Contents() {}

    static int of(byte[] bytes) {
        if (bytes.length < 4096) {
            return DATA;
        }
        return switch (new String(bytes, 0, 8, StandardCharsets.ISO_8859_1)) {
            case "MYSTJRNL" -> records(bytes);
            case "MYSTPAGE" -> PAGE;
            case "MYSTROOT" -> ROOT;
            case "MYSTLABL" -> LABEL;
            default -> DATA;
        };
    }

    private static int records(byte[] block) {
        ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        int kinds = JOURNAL;
        int at = FIRST_RECORD_AT;
        for (int i = 0; i < buffer.getInt(RECORD_COUNT_AT); i++) {
            kinds |= 1 << buffer.getShort(at);
            at += buffer.getInt(at + 4);
        }
        return kinds;
    }

    static String name(int kind) {
        return NAMES[kind];
    }

    static String text(int contents) {
        StringJoiner text = new StringJoiner(" + ");
        for (int kind = 0; kind < KINDS; kind++) {
            if ((contents & 1 << kind) != 0) {
                text.add(NAMES[kind]);
            }
        }
        return text.toString();
    }
}
