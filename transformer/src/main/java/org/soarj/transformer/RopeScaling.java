package org.soarj.transformer;

/**
 * How rotary frequencies are changed for contexts longer than those of pretraining.
 *
 * <p>Each kind refuses numbers that give no frequency with an {@link IllegalArgumentException}.
 */
public sealed interface RopeScaling {

    /** The frequency used instead of {@code frequency} (radians per position). */
    double apply(double frequency);

    /** Frequencies as they are. */
    record None() implements RopeScaling {
        @Override
        public double apply(double frequency) {
            return frequency;
        }
    }

    /** Positions divided by {@code factor}. */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            positive("factor", factor);
        }

        @Override
        public double apply(double frequency) {
            return frequency / factor;
        }
    }

    /**
     * Llama 3.1's rule: wavelengths beyond originalContext/lowFreqFactor are divided by factor, those below
     * originalContext/highFreqFactor stay, and those between are blended.
     */
    record Llama3(double factor, double lowFreqFactor, double highFreqFactor, double originalContext) implements RopeScaling {
        public Llama3 {
            positive("factor", factor);
            positive("low_freq_factor", lowFreqFactor);
            positive("original_max_position_embeddings", originalContext);
            if (!(highFreqFactor > lowFreqFactor)) {
                throw new IllegalArgumentException("rope_scaling: high_freq_factor must be above low_freq_factor "
                        + lowFreqFactor + ", got " + highFreqFactor);
            }
        }

        @Override
        public double apply(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength > originalContext / lowFreqFactor) {
                return frequency / factor;
            }
            if (wavelength < originalContext / highFreqFactor) {
                return frequency;
            }
            double smooth = (originalContext / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    private static void positive(String field, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rope_scaling: " + field + " must be above 0, got " + value);
        }
    }
}
