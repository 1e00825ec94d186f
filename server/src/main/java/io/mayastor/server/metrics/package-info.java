/**
 * Figures and health over HTTP: {@code /metrics} in Prometheus text, {@code /livez}, {@code
 * /readyz}. Every figure is read from the engine's statistics objects when somebody asks; nothing
 * here takes a lock that a reactor could wait for.
 */
package io.mayastor.server.metrics;
