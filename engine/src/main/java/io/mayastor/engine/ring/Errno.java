package io.mayastor.engine.ring;

/** Linux error numbers that the engine tells apart; completions carry them negated. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EPIPE = 32;
    public static final int ENOSYS = 38;
    public static final int ETIME = 62;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ECONNRESET = 104;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int ECANCELED = 125;

    private Errno() {}

    /** A short text for logs, such as {@code "EIO (5)"}. Takes the number with either sign. */
    public static String describe(int errno) {
        int number = Math.abs(errno);
        String name =
                switch (number) {
                    case EPERM -> "EPERM";
                    case ENOENT -> "ENOENT";
                    case EINTR -> "EINTR";
                    case EIO -> "EIO";
                    case EBADF -> "EBADF";
                    case EAGAIN -> "EAGAIN";
                    case ENOMEM -> "ENOMEM";
                    case EACCES -> "EACCES";
                    case EFAULT -> "EFAULT";
                    case EBUSY -> "EBUSY";
                    case EEXIST -> "EEXIST";
                    case ENODEV -> "ENODEV";
                    case EINVAL -> "EINVAL";
                    case EMFILE -> "EMFILE";
                    case EFBIG -> "EFBIG";
                    case ENOSPC -> "ENOSPC";
                    case EPIPE -> "EPIPE";
                    case ENOSYS -> "ENOSYS";
                    case ETIME -> "ETIME";
                    case EOPNOTSUPP -> "EOPNOTSUPP";
                    case EADDRINUSE -> "EADDRINUSE";
                    case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
                    case ENETUNREACH -> "ENETUNREACH";
                    case ENOBUFS -> "ENOBUFS";
                    case ECONNRESET -> "ECONNRESET";
                    case ENOTCONN -> "ENOTCONN";
                    case ETIMEDOUT -> "ETIMEDOUT";
                    case ECONNREFUSED -> "ECONNREFUSED";
                    case EHOSTUNREACH -> "EHOSTUNREACH";
                    case ECANCELED -> "ECANCELED";
                    default -> "errno";
                };
        return name + " (" + number + ")";
    }
}
