package org.soarj.tensor.reference;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** What an optimiser does to a parameter. */
interface Optimiser extends Backend {

    @Override
    default double sumOfSquares(Tensor... tensors) {
        KernelShapes.sumOfSquares(tensors);
        double total = 0;
        for (Tensor x : tensors) {
            double sum = 0;
            for (int i = 0; i < x.size(); i++) {
                sum += (double) x.at(i) * x.at(i);
            }
            total += sum;
        }
        return total;
    }

    @Override
    default void adamW(AdamWStep step, Tensor[] parameters, Tensor[] gradients, Tensor[] m, Tensor[] v) {
        KernelShapes.adamW(parameters, gradients, m, v);
        for (int i = 0; i < parameters.length; i++) {
            adamW(step, parameters[i], gradients[i], m[i], v[i]);
        }
    }

    private static void adamW(AdamWStep step, Tensor parameter, Tensor gradient, Tensor m, Tensor v) {
        double correction1 = 1 - Math.pow(step.beta1(), step.step());
        double correction2 = 1 - Math.pow(step.beta2(), step.step());
        for (int i = 0; i < parameter.size(); i++) {
            double g = gradient.at(i) * step.gradientScale();
            double decayed = parameter.at(i) * (1 - step.learningRate() * step.weightDecay());
            double first = step.beta1() * m.at(i) + (1 - step.beta1()) * g;
            double second = step.beta2() * v.at(i) + (1 - step.beta2()) * g * g;
            double move = first / correction1 / (Math.sqrt(second / correction2) + step.epsilon());
            parameter.put(i, (float) (decayed - step.learningRate() * move));
            m.put(i, (float) first);
            v.put(i, (float) second);
        }
    }
}
