package org.soarj.autograd;

import java.util.List;
import org.soarj.tensor.DType;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * A tensor in a computation, with the op that made it and, after {@link Backward}, its gradient.
 *
 * <p>Leaves have no op. A leaf made by {@link #leaf} collects gradients over backward sweeps until they are cleared. The
 * value and the gradient of an intermediate variable are recycled as soon as the sweep has used them; only the value that
 * the sweep started from stays.
 */
public final class Variable {
    private final Tensor value;
    private final boolean needsGradient;
    private Op op;
    private List<Variable> inputs;
    private List<Variable> saved;
    private int[] savedVersions;
    private boolean swept;
    private boolean visited;
    private Tensor gradient;

    private Variable(Tensor value, boolean needsGradient, Op op) {
        this.value = value;
        this.needsGradient = needsGradient;
        this.op = op;
    }

    /** A leaf that no gradient is asked for; frozen weights may be stored in 16 bits. */
    public static Variable constant(Tensor value) {
        return new Variable(value, false, null);
    }

    /**
     * A leaf that collects its gradient.
     *
     * @throws IllegalArgumentException when the value is not F32: most training steps are smaller than a step of 16 bits
     */
    public static Variable leaf(Tensor value) {
        if (value.dtype() != DType.F32) {
            throw new IllegalArgumentException("leaf: " + value.shape() + " is stored as " + value.dtype()
                    + ", what is trained must be F32; convert it with to(F32), or make it a constant");
        }
        return new Variable(value, true, null);
    }

    /** An intermediate variable; {@code inputs} are those of {@code op}. */
    static Variable made(Tensor value, Op op, List<Variable> inputs) {
        Variable variable = new Variable(value, true, op);
        List<Variable> saved = op.saved();
        variable.inputs = inputs;
        variable.saved = saved;
        variable.savedVersions = new int[saved.size() + 1];
        for (int i = 0; i < saved.size(); i++) {
            variable.savedVersions[i] = saved.get(i).value.version();
        }
        variable.savedVersions[saved.size()] = value.version();
        return variable;
    }

    /**
     * The numbers.
     *
     * @throws IllegalStateException when they were recycled by a backward sweep or at the end of a {@link Graph.Scope}
     */
    public Tensor value() {
        if (value.isRecycled()) {
            throw new IllegalStateException(this + ": its value was recycled by the backward sweep or the scope that ended; "
                    + "read it before, or keep a copy()");
        }
        return value;
    }

    public Shape shape() {
        return value.shape();
    }

    /** Whether a backward sweep has to reach this variable. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The gradient collected so far, or null before any sweep. */
    public Tensor gradient() {
        return gradient;
    }

    /** Forgets the gradient and leaves its memory to the garbage collector. */
    public void clearGradient() {
        gradient = null;
    }

    /** Forgets the gradient and gives its memory back to {@code backend}; nobody may read it any more. */
    public void clearGradient(Backend backend) {
        if (gradient != null) {
            backend.recycle(gradient);
            gradient = null;
        }
    }

    void gradient(Tensor newGradient) {
        gradient = newGradient;
    }

    /** The op that made this variable; null for a leaf and after the sweep. */
    Op op() {
        return op;
    }

    void requireNotSwept() {
        if (swept) {
            throw new IllegalStateException("backward: this part of the graph was swept before and its saved tensors are "
                    + "freed; compute the forward pass again");
        }
    }

    /** The inputs of {@link #op}. */
    List<Variable> inputs() {
        return inputs;
    }

    boolean isLeaf() {
        return op == null && !swept;
    }

    /** Marks this variable for the search of the sweep; whether it was not marked yet. */
    boolean visit() {
        boolean first = !visited;
        visited = true;
        return first;
    }

    void forgetVisit() {
        visited = false;
    }

    /** Refuses when what the op saved for its backward pass was written to after its forward pass. */
    void requireSavedUnchanged() {
        for (int i = 0; i < saved.size(); i++) {
            if (saved.get(i).value().version() != savedVersions[i]) {
                throw changed("its input " + inputs.indexOf(saved.get(i)), saved.get(i).shape());
            }
        }
        if (op.savesValue() && value().version() != savedVersions[saved.size()]) {
            throw changed("its value", shape());
        }
    }

    private IllegalStateException changed(String what, Shape shape) {
        return new IllegalStateException("backward: " + op.name() + " saved " + what + " " + shape + ", which was changed in "
                + "place after the forward pass; sweep before the change, or change a copy()");
    }

    /** Ends the part of this intermediate variable in the sweep from {@code root}: frees what it and its op hold. */
    void release(Backend backend, Variable root) {
        boolean shared = value.sharesWith(root.value) || sharesWithAny(inputs, value);
        op.release(backend);
        if (!shared) {
            backend.recycle(value);
        }
        op = null;
        inputs = null;
        saved = null;
        savedVersions = null;
        swept = true;
        gradient = null;
    }

    /** Whether {@code value} has its numbers in one array with one of {@code variables}, as a reshape has. */
    static boolean sharesWithAny(List<Variable> variables, Tensor value) {
        for (int i = 0; i < variables.size(); i++) {
            if (value.sharesWith(variables.get(i).value)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "Variable" + value.shape() + (op == null ? "" : " from " + op.name());
    }
}
