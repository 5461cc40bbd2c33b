package org.soarj.tensor.cpu;

import java.util.Arrays;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;

/**
 * One step of AdamW over all parameters, cut into tasks of at most {@code chunk} numbers of one parameter each, so that
 * many small parameters and a few large ones are one job for the pool. An object is used again for the next step.
 */
final class AdamWTasks {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private final WorkPool pool;
    private final int chunk;
    private final IntConsumer run = this::run;
    private AdamWStep step;
    private Tensor[] parameters;
    private Tensor[] gradients;
    private Tensor[] m;
    private Tensor[] v;
    /** Tasks of the parameters up to and with each. */
    private int[] ends = {};

    /** @param chunk a multiple of every vector width */
    AdamWTasks(WorkPool pool, int chunk) {
        this.pool = pool;
        this.chunk = chunk;
    }

    void update(AdamWStep stepOf, Tensor[] parametersOf, Tensor[] gradientsOf, Tensor[] first, Tensor[] second) {
        step = stepOf;
        set(parametersOf, gradientsOf, first, second);
        int count = parametersOf.length;
        if (ends.length < count) {
            ends = new int[count];
        }
        int tasks = 0;
        for (int i = 0; i < count; i++) {
            tasks += Math.ceilDiv(parametersOf[i].size(), chunk);
            ends[i] = tasks;
        }
        pool.run(tasks, run);
        set(null, null, null, null);
    }

    private void set(Tensor[] parametersOf, Tensor[] gradientsOf, Tensor[] first, Tensor[] second) {
        parameters = parametersOf;
        gradients = gradientsOf;
        m = first;
        v = second;
    }

    private void run(int task) {
        int i = 0;
        while (ends[i] <= task) {
            i++;
        }
        int from = (task - (i == 0 ? 0 : ends[i - 1])) * chunk;
        int count = Math.min(chunk, parameters[i].size() - from);
        update(step, parameters[i].data(), gradients[i].data(), m[i].data(), v[i].data(), Lanes.FIRST + from,
                Lanes.FIRST + from + count);
    }

    private static void update(AdamWStep step, float[] p, float[] g, float[] m, float[] v, int from, int to) {
        int whole = to - (to - from) % L;
        vectors(step, p, g, m, v, from, whole);
        if (whole < to) {
            float[] lastP = Arrays.copyOfRange(p, whole, whole + L);
            float[] lastM = Arrays.copyOfRange(m, whole, whole + L);
            float[] lastV = Arrays.copyOfRange(v, whole, whole + L);
            vectors(step, lastP, Arrays.copyOfRange(g, whole, whole + L), lastM, lastV, 0, L);
            System.arraycopy(lastP, 0, p, whole, to - whole);
            System.arraycopy(lastM, 0, m, whole, to - whole);
            System.arraycopy(lastV, 0, v, whole, to - whole);
        }
    }

    private static void vectors(AdamWStep step, float[] p, float[] g, float[] m, float[] v, int from, int to) {
        float decay = step.decay();
        float beta1 = (float) step.beta1();
        float beta2 = (float) step.beta2();
        float scale = (float) step.gradientScale();
        float correction = step.rootCorrection();
        float epsilon = (float) step.epsilon();
        float size = step.stepSize();
        for (int i = from; i < to; i += L) {
            FloatVector gradient = FloatVector.fromArray(S, g, i).mul(scale);
            FloatVector first = FloatVector.fromArray(S, m, i).mul(beta1).add(gradient.mul(1 - beta1));
            FloatVector second = FloatVector.fromArray(S, v, i).mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
            first.intoArray(m, i);
            second.intoArray(v, i);
            FloatVector root = second.sqrt().mul(correction).add(epsilon);
            FloatVector.fromArray(S, p, i).mul(decay).sub(first.div(root).mul(size)).intoArray(p, i);
        }
    }
}
