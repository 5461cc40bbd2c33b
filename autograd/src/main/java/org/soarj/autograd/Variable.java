package org.soarj.autograd;

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
    private final boolean needsGradient;
    private Shape shape;
    /** Null once the sweep has surrendered it. */
    private Tensor value;
    private Op op;
    private Tensor gradient;
    /** Versions that the values had when {@link #op} saved them: of its inputs 0 and 1, the sum of all others, and this. */
    private int version0;
    private int version1;
    private int otherVersions;
    private int ownVersion;
    private boolean swept;
    /** Whether somebody may have kept the tensor of {@link #value}. */
    private boolean shown;
    /** For {@link Backward}: whether its search has been here, and where it goes from here. */
    private boolean visited;
    Variable next;
    /** The graph that uses this object again after the sweep; null if somebody may then still hold it. */
    private Graph home;

    private Variable(boolean needsGradient, Tensor value) {
        this.needsGradient = needsGradient;
        this.value = value;
        shape = value.shape();
    }

    /** A leaf that no gradient is asked for; frozen weights may be stored in 16 bits. */
    public static Variable constant(Tensor value) {
        return new Variable(false, value);
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
        return new Variable(true, value);
    }

    /** An intermediate variable. */
    static Variable made(Tensor value, Op op) {
        return new Variable(true, value).by(op);
    }

    /** An intermediate variable in the place of one that was swept and that nobody holds. */
    Variable madeAgain(Tensor newValue, Op newOp) {
        value = newValue;
        shape = newValue.shape();
        swept = false;
        shown = false;
        return by(newOp);
    }

    private Variable by(Op maker) {
        op = maker;
        version0 = savedVersion(maker, 0);
        version1 = savedVersion(maker, 1);
        otherVersions = otherVersions(maker);
        ownVersion = value.version();
        return this;
    }

    /** Whose object this is after the sweep. */
    void home(Graph graph) {
        home = graph;
    }

    private static int savedVersion(Op op, int input) {
        return input < op.arity() && op.saves(input) ? op.input(input).operand().version() : 0;
    }

    /** Versions only grow, so that their sum stays the same if and only if each does. */
    private static int otherVersions(Op op) {
        int sum = 0;
        for (int i = 2; i < op.arity(); i++) {
            sum += savedVersion(op, i);
        }
        return sum;
    }

    /**
     * The numbers.
     *
     * @throws IllegalStateException when they were recycled by a backward sweep or at the end of a {@link Graph.Scope}
     */
    public Tensor value() {
        shown = true;
        return operand();
    }

    /**
     * The numbers, for an op that reads them in its forward or its backward pass and keeps the tensor in no case: the sweep
     * surrenders it.
     *
     * @throws IllegalStateException when they were recycled, as for {@link #value}
     */
    public Tensor operand() {
        if (value == null || value.isRecycled()) {
            throw new IllegalStateException(this + ": its value was recycled by the backward sweep or the scope that ended; "
                    + "read it before, or keep a copy()");
        }
        return value;
    }

    public Shape shape() {
        return shape;
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

    private void requireNotSwept() {
        if (swept) {
            throw new IllegalStateException("backward: this part of the graph was swept before and its saved tensors are "
                    + "freed; compute the forward pass again");
        }
    }

    boolean isLeaf() {
        return op == null && !swept;
    }

    /** Begins the part of this intermediate variable in the search of the sweep. */
    void visit() {
        requireNotSwept();
        visited = true;
    }

    /** The last input that the search has still to go to; null if there is none. */
    Variable lastUnvisited() {
        for (int i = op.arity() - 1; i >= 0; i--) {
            Variable input = op.input(i);
            if (input.needsGradient && !input.visited && !input.isLeaf()) {
                return input;
            }
        }
        return null;
    }

    void forgetVisit() {
        visited = false;
    }

    /** Refuses when what the op saved for its backward pass was written to after its forward pass. */
    void requireSavedUnchanged() {
        if (savedVersion(op, 0) != version0) {
            throw changed("its input 0", op.input(0).shape() + ", which");
        }
        if (savedVersion(op, 1) != version1) {
            throw changed("its input 1", op.input(1).shape() + ", which");
        }
        if (otherVersions(op) != otherVersions) {
            throw op.arity() == 3 ? changed("its input 2", op.input(2).shape() + ", which")
                    : changed("its inputs 2 to " + (op.arity() - 1) + ",", "one of which");
        }
        if (op.savesValue() && operand().version() != ownVersion) {
            throw changed("its value", shape() + ", which");
        }
    }

    private IllegalStateException changed(String what, String which) {
        return new IllegalStateException("backward: " + op.name() + " saved " + what + " " + which + " was changed in place "
                + "after the forward pass; sweep before the change, or change a copy()");
    }

    /** Ends the part of this intermediate variable in the sweep from {@code root}: frees what it and its op hold. */
    void release(Backend backend, Variable root) {
        boolean shared = value.sharesWith(root.value) || sharesWithAnInput(op, value);
        op.release(backend);
        if (!shared && shown) {
            backend.recycle(value);
        } else if (!shared) {
            backend.surrender(value);
            value = null;
        }
        op = null;
        next = null;
        swept = true;
        gradient = null;
        if (home != null && this != root) {
            home.reuse(this);
        }
    }

    /** Whether {@code value} has its numbers in one array with an input of {@code op}, as a reshape has. */
    static boolean sharesWithAnInput(Op op, Tensor value) {
        for (int i = 0; i < op.arity(); i++) {
            if (value.sharesWith(op.input(i).value)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "Variable" + shape + (op == null ? "" : " from " + op.name());
    }
}
