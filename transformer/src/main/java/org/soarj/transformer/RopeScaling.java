package org.soarj.transformer;

/** How rotary frequencies are changed for contexts longer than those of pretraining. */
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
}
