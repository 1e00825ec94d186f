package io.mayastor.engine.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mayastor.engine.nvme.IdentifyCommand;
import io.mayastor.engine.nvme.IdentifyController;
import io.mayastor.engine.nvme.Status;
import org.junit.jupiter.api.Test;

class AdminCommandsTest {
    private final TargetWorld world = new TargetWorld();

    @Test
    void identifyTellsWhatTheControllerIs() {
        RawHost host = world.admin();
        RawHost.Response response = host.identify(IdentifyCommand.CNS_CONTROLLER, 0);
        assertEquals(Status.SUCCESS, response.status());
        IdentifyController page = IdentifyController.decode(response.data(), 0);
        assertEquals(TargetWorld.NQN, page.subsystemNqn());
    }
}
