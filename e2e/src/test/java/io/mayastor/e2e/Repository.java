package io.mayastor.e2e;

import java.nio.file.Path;

/** Where the files of this repository are. */
public final class Repository {
    public static final Path ROOT = Path.of(System.getProperty("mayastor.root", ".."));

    /** The program as a person calls it. */
    public static final Path PROGRAM = ROOT.resolve("mayastor");

    private Repository() {}
}
