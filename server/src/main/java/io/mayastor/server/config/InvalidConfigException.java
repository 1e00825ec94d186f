package io.mayastor.server.config;

import java.util.List;

/**
 * The settings are wrong: one line for each mistake, naming the setting, its value and what is
 * allowed.
 */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final List<String> mistakes;

    InvalidConfigException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }
}
