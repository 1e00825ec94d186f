package io.mayastor.cli.client;

/** How an answer is shown. */
public enum OutputFormat {
    table,
    json
}
