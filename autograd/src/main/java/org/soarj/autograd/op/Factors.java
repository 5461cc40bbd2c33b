package org.soarj.autograd.op;

import java.util.List;
import org.soarj.autograd.Variable;

/** The factors of a product: the gradient of one is made of the other. */
final class Factors {
    private Factors() {}

    /** Those that the backward pass reads. */
    static List<Variable> saved(Variable a, Variable b) {
        if (a.needsGradient() && b.needsGradient()) {
            return List.of(a, b);
        }
        return a.needsGradient() ? List.of(b) : b.needsGradient() ? List.of(a) : List.of();
    }
}
