package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.Ceilings;
import org.soarj.tensor.reference.ReferenceProvider;

/** That ceilings are measured at all; how high they are is the machine's business. */
class CpuCeilingsTest {
    @Test
    void ratesAreThoseOfACore() {
        try (Ceilings ceilings = new CpuProvider().ceilings(1).orElseThrow()) {
            double rate = ceilings.multiplyAddRate();
            double copy = ceilings.copyRate(10_000);
            double loop = ceilings.loopCopyRate(10_000);
            double read = ceilings.readRate(10_000);
            // A loop that was optimised away would be faster than any core, an empty count slower.
            assertTrue(rate > 0.01 && rate < 10_000, "multiply-adds " + rate);
            assertTrue(copy > 0.01 && copy < 10_000, "copy " + copy);
            assertTrue(loop > 0.01 && loop < 10_000, "copy by a loop " + loop);
            assertTrue(read > 0.01 && read < 10_000, "read " + read);
        }
    }

    @Test
    void everyNumberIsRead() {
        float[] ones = new float[Tensor.FIRST + 3 * CpuCeilings.READ_STEP + 5];
        Arrays.fill(ones, 1f);
        assertEquals(3f * CpuCeilings.READ_STEP, CpuCeilings.sum(ones, 3 * CpuCeilings.READ_STEP));
    }

    @Test
    void everyNumberIsCopied() {
        float[] ones = new float[Tensor.FIRST + 3 * CpuCeilings.COPY_STEP + 5];
        float[] copy = new float[ones.length];
        Arrays.fill(ones, 1f);
        CpuCeilings.loopCopy(ones, copy, 3 * CpuCeilings.COPY_STEP);
        Arrays.fill(ones, 0, Tensor.FIRST, 0f);
        Arrays.fill(ones, Tensor.FIRST + 3 * CpuCeilings.COPY_STEP, ones.length, 0f);
        assertArrayEquals(ones, copy);
    }

    @Test
    void onlyWhatIsWorthComparingHasThem() {
        BackendProvider reference = new ReferenceProvider();
        assertFalse(reference.ceilings(1).isPresent());
        assertThrows(IllegalArgumentException.class, () -> new CpuProvider().ceilings(0));
    }
}
