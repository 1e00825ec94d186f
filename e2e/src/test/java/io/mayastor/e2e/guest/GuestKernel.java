package io.mayastor.e2e.guest;

/** Kernels that hosts really run, by the Debian suite that has them. */
public enum GuestKernel {
    LINUX_6_1("bookworm"),
    LINUX_6_12("bookworm-backports"),
    LINUX_7("trixie-backports");

    private final String suite;

    GuestKernel(String suite) {
        this.suite = suite;
    }

    String suite() {
        return suite;
    }
}
