package org.soarj.tensor.cuda;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Products of floats on a card that may round what goes into them: they lose that, and nothing else. */
interface RoundedProducts {
    /** Half a unit in the last place of TF32. */
    double TF32 = 0x1p-11;
    int LARGEST = 70;

    /** The backend whose products round so. */
    Backend backend(FloatProducts rounding);

    @Property(tries = 100)
    default void productsOfFloatsLoseWhatTheyRound(@ForAll FloatProducts rounding, @ForAll boolean transposeA,
                                                   @ForAll boolean transposeB, @ForAll boolean adds, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int m = 1 + rng.nextInt(LARGEST);
        int n = 1 + rng.nextInt(LARGEST);
        int k = 1 + rng.nextInt(LARGEST);
        Tensor a = Tensor.gaussian(rng, 1f, transposeA ? k : m, transposeA ? m : k);
        Tensor b = Tensor.gaussian(rng, 1f, transposeB ? n : k, transposeB ? k : n);
        Tensor c = Tensor.gaussian(rng, 1f, m, n);
        Tensor actual = c.copy();
        backend(rounding).matmul(a, transposeA, b, transposeB, 0.37f, adds ? 1f : 0f, actual);
        boolean halves = rounding == FloatProducts.BF16;
        CudaConformance.isNearTheReference(halves ? rounded(a) : a, transposeA, halves ? rounded(b) : b, transposeB, 0.37f,
                adds ? 1f : 0f, c, actual, rounding == FloatProducts.TF32 ? TF32 : 0);
    }

    private static Tensor rounded(Tensor x) {
        return x.to(DType.BF16).to(DType.F32);
    }
}
