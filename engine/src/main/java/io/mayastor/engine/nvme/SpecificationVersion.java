package io.mayastor.engine.nvme;

/**
 * Property VS and field VER of identify controller (Base 2.0 §3.1.3.2): major in bits 31:16, minor
 * in 15:8, tertiary in 7:0.
 */
public record SpecificationVersion(int major, int minor, int tertiary) {
    public static SpecificationVersion decode(int bits) {
        return new SpecificationVersion(bits >>> 16, bits >>> 8 & 0xff, bits & 0xff);
    }

    public int encode() {
        return major << 16 | (minor & 0xff) << 8 | (tertiary & 0xff);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + tertiary;
    }
}
