package io.mayastor.engine.initiator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandTableTest {
    private static Command command() {
        return new Command(done -> {});
    }

    @Test
    void aLateResponseDoesNotFindTheSlotsNextUser() {
        CommandTable table = new CommandTable(1);
        Command first = command();
        table.take(first);
        int late = first.commandId;
        table.release(first);
        Command second = command();
        table.take(second);
        assertNotEquals(late, second.commandId);
        assertNull(table.find(late));
        assertSame(second, table.find(second.commandId));
    }

    @Test
    void everyIdentifierInUseIsDifferentAndNoneIsReserved() {
        CommandTable table = new CommandTable(CommandTable.MAX_SLOTS);
        Command[] commands = new Command[CommandTable.MAX_SLOTS];
        for (int round = 0; round < 70; round++) {
            Set<Integer> identifiers = new HashSet<>();
            for (int i = 0; i < commands.length; i++) {
                commands[i] = command();
                table.take(commands[i]);
                identifiers.add(commands[i].commandId);
                assertTrue(commands[i].commandId >>> Character.SIZE == 0);
                assertNotEquals(0xffff, commands[i].commandId);
            }
            assertTrue(table.isFull());
            assertEquals(commands.length, identifiers.size());
            for (Command command : commands) {
                table.release(command);
            }
            assertEquals(0, table.inUse());
        }
    }

    @Test
    void identifiersOutsideTheTableFindNothing() {
        CommandTable table = new CommandTable(3);
        for (int identifier = 0; identifier <= 0xffff; identifier++) {
            assertNull(table.find(identifier));
        }
    }

    @Test
    void aCommandIsReleasedOnce() {
        CommandTable table = new CommandTable(2);
        Command command = command();
        table.take(command);
        table.release(command);
        assertThrows(IllegalStateException.class, () -> table.release(command));
    }
}
