/**
 * What a node is told at start: flags and variables in, one immutable, validated {@link
 * io.mayastor.server.config.NodeConfig} out, or every mistake at once. Nothing is opened or started
 * here.
 */
package io.mayastor.server.config;
