package org.soarj.tensor.cuda;

import java.util.Optional;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.Ceilings;

/**
 * The backend of an NVIDIA card. It takes the first that the driver shows, see {@code CUDA_VISIBLE_DEVICES}.
 *
 * <p>The system property {@value #TF32}, {@code true} or {@code false}, says whether products of floats may round their inputs
 * to TF32, which is faster and keeps 11 bits; without it they do not.
 */
public final class CudaProvider implements BackendProvider {
    /** The property that allows TF32. */
    public static final String TF32 = "soarj.cuda.tf32";

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

    /** @throws DeviceException when the card cannot be used */
    @Override
    public Backend create(int threads) {
        try {
            return new CudaBackend(JCudaDevice.open(Card.find()), Boolean.getBoolean(TF32));
        } catch (Card.MissingException e) {
            throw new DeviceException(DeviceException.Kind.UNUSABLE, "cuda: " + e.getMessage());
        }
    }
}
