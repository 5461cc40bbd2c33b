package org.soarj.tensor;

/**
 * A seeded source of randomness that is passed as an argument, and splits by name.
 *
 * <p>A counter-based generator: output i is a 64-bit mix of (key, i), so the whole state is two numbers that a checkpoint
 * can hold, and {@link #split} gives a stream that does not depend on how much of this one was used. The mixer is the
 * finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", fig. 16), applied
 * twice. Not for cryptography.
 */
public final class Rng {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long key;
    private long counter;

    private Rng(long key, long counter) {
        this.key = key;
        this.counter = counter;
    }

    /** The generator of a seed. */
    public static Rng of(long seed) {
        return new Rng(mix(seed + GOLDEN), 0);
    }

    /** The generator in a state that {@link #state} gave. */
    public static Rng restore(State state) {
        return new Rng(state.key, state.counter);
    }

    /** What must be kept to continue this stream later, bit for bit. */
    public record State(long key, long counter) {}

    public State state() {
        return new State(key, counter);
    }

    /** The stream of a purpose, such as {@code split("student", step, k, j)}; the same for the same names, always. */
    public Rng split(String purpose, long... numbers) {
        long child = mix(key ^ GOLDEN);
        for (int i = 0; i < purpose.length(); i++) {
            child = mix(child * 31 + purpose.charAt(i));
        }
        for (long number : numbers) {
            child = mix(mix(child + GOLDEN) ^ mix(number + 1));
        }
        return new Rng(child, 0);
    }

    /** 64 uniform bits. */
    public long nextLong() {
        return mix(mix(key + GOLDEN * ++counter) ^ key);
    }

    /** Uniform in [0, bound). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("nextInt: bound must be above 0, got " + bound);
        }
        return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Normal with mean 0 and deviation 1, by Box and Muller's transform; StrictMath keeps it the same everywhere. */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /** Puts {@code items} in a uniformly random order (Fisher and Yates). */
    public void shuffle(int[] items) {
        for (int i = items.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swapped = items[i];
            items[i] = items[j];
            items[j] = swapped;
        }
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
