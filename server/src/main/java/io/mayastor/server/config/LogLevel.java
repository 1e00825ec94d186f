package io.mayastor.server.config;

/** How much is logged: a level and everything more serious. */
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    ERROR
}
