package org.soarj.tensor.cuda;

import java.util.Optional;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.Ceilings;

/**
 * The backend of an NVIDIA card. It takes the first that the driver shows, see {@code CUDA_VISIBLE_DEVICES}.
 *
 * <p>The system property {@value #PRODUCTS} says what products of floats round their inputs to: {@code f32} (nothing, the
 * default), {@code tf32}, which keeps 11 bits, or {@code bf16}, which keeps 8. Each is faster than the one before.
 */
public final class CudaProvider implements BackendProvider {
    /** The property that says how products of floats round. */
    public static final String PRODUCTS = "soarj.cuda.products";

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public Probe probe() {
        try {
            return new Probe.Ready(Card.find().toString());
        } catch (Card.MissingException e) {
            return e.missing();
        } catch (LinkageError e) {
            return new Probe.Unavailable("JCuda is not on the class path", "start with bin/soar, or use --device cpu");
        }
    }

    @Override
    public Optional<Ceilings> ceilings(int threads) {
        return Optional.of(new CudaCeilings(create(threads)));
    }

    /**
     * @throws DeviceException when the card cannot be used
     * @throws IllegalArgumentException when {@value #PRODUCTS} says something else
     */
    @Override
    public Backend create(int threads) {
        FloatProducts rounding = FloatProducts.of(System.getProperty(PRODUCTS, FloatProducts.F32.toString()));
        try {
            return new CudaBackend(JCudaDevice.open(Card.find()), rounding);
        } catch (Card.MissingException e) {
            throw new DeviceException(DeviceException.Kind.UNUSABLE, "cuda: " + e.getMessage());
        }
    }
}
