package io.mayastor.engine.pool.metadata;

import java.util.Arrays;

/** Numbers, last in, first out. */
final class IntStack {
    private int[] numbers = new int[16];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void push(int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size++] = number;
    }

    int pop() {
        return numbers[--size];
    }

    long memoryBytes() {
        return 4L * numbers.length;
    }
}
