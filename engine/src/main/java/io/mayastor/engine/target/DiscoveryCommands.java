package io.mayastor.engine.target;

import io.mayastor.engine.nvme.Status;

/** Admin commands. */
final class DiscoveryCommands implements CommandSet {
    DiscoveryCommands(ConnectionGroup group) {}

    @Override
    public int prepare(Command command) {
        return Status.INVALID_OPCODE;
    }

    @Override
    public boolean admit(Command command) {
        return true;
    }

    @Override
    public boolean takesDataAtOnce(Command command) {
        return false;
    }

    @Override
    public void execute(Command command) {}

    @Override
    public void dropped(Command command) {}
}
