package org.soarj.transformer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider.Probe;
import org.soarj.tensor.cuda.CudaProvider;
import org.soarj.tensor.cuda.EmulatedCuda;
import org.soarj.transformer.checkpoint.Precision;

/** The same on the card of this machine, or on an emulated one where there is none. */
class HuggingFaceCudaTest extends HuggingFaceTest {
    private static final boolean CARD = new CudaProvider().probe() instanceof Probe.Ready;

    @BeforeAll
    static void needCard() {
        Optional<String> missing = CARD ? Optional.empty() : EmulatedCuda.missing();
        missing.ifPresent(reason -> System.out.println("HuggingFaceCudaTest skipped: " + reason));
        assumeTrue(missing.isEmpty());
    }

    @Override
    Backend open() {
        return CARD ? new CudaProvider().create(1) : EmulatedCuda.open().backend();
    }

    /** The other factor of each product is rounded to BF16: four times half a unit in its last place, of scores up to 4. */
    @Override
    double toleranceOfHalves() {
        return 4 * 4 * 0x1p-8;
    }

    /** Two steps, larger than anybody trains with, make more of that rounding. */
    @Override
    Precision underAdapter() {
        return Precision.F32;
    }
}
