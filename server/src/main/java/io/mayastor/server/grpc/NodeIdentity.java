package io.mayastor.server.grpc;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who this engine is.
 *
 * @param instance drawn anew at each start
 * @param hostNqn under which it connects to remote targets
 * @param grpcEndpoint address and port that others reach it at; known once the server listens
 */
public record NodeIdentity(
        String name,
        UUID instance,
        String version,
        String hostNqn,
        Supplier<String> grpcEndpoint) {}
