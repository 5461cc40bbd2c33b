package org.soarj.tensor;

import java.util.Arrays;

/**
 * A contiguous row-major array of floats with a shape.
 *
 * <p>Kernels write into tensors that the caller made, so a tensor's numbers may change; its shape never does.
 * {@link #reshape} shares the numbers, {@link #copy} does not.
 */
public final class Tensor {
    private final Shape shape;
    private final float[] data;

    private Tensor(Shape shape, float[] data) {
        this.shape = shape;
        this.data = data;
    }

    /** A tensor over {@code data} itself, not a copy of it. */
    public static Tensor of(Shape shape, float[] data) {
        ShapeException.require(shape.size() == data.length,
                "tensor: shape %s needs %d numbers, got %d", shape, shape.size(), data.length);
        return new Tensor(shape, data);
    }

    /** A vector over {@code data} itself. */
    public static Tensor vector(float... data) {
        return new Tensor(Shape.of(data.length), data);
    }

    /** A tensor of rank 0. */
    public static Tensor scalar(float value) {
        return new Tensor(Shape.of(), new float[] {value});
    }

    public static Tensor zeros(int... dims) {
        return zeros(Shape.of(dims));
    }

    public static Tensor zeros(Shape shape) {
        return new Tensor(shape, new float[shape.size()]);
    }

    public static Tensor full(float value, int... dims) {
        Tensor tensor = zeros(dims);
        Arrays.fill(tensor.data, value);
        return tensor;
    }

    /** Independent normal numbers with mean 0 and the given standard deviation. */
    public static Tensor gaussian(Rng rng, float deviation, int... dims) {
        Tensor tensor = zeros(dims);
        for (int i = 0; i < tensor.data.length; i++) {
            tensor.data[i] = (float) (deviation * rng.nextGaussian());
        }
        return tensor;
    }

    public Shape shape() {
        return shape;
    }

    /** The numbers themselves, row-major; writing to them changes the tensor. */
    public float[] data() {
        return data;
    }

    public int size() {
        return data.length;
    }

    /** Rows when read as a matrix, see {@link Shape#rows}. */
    public int rows() {
        return shape.rows();
    }

    /** Columns when read as a matrix, see {@link Shape#cols}. */
    public int cols() {
        return shape.cols();
    }

    /** The number at these indices, one for each dimension. */
    public float get(int... index) {
        ShapeException.require(index.length == shape.rank(),
                "get: %d indices given, tensor %s has rank %d", index.length, shape, shape.rank());
        int at = 0;
        for (int i = 0; i < index.length; i++) {
            ShapeException.require(index[i] >= 0 && index[i] < shape.dim(i),
                    "get: index %d of dimension %d is outside %s", index[i], i, shape);
            at = at * shape.dim(i) + index[i];
        }
        return data[at];
    }

    /** The only number of a tensor of size 1. */
    public float item() {
        ShapeException.require(data.length == 1, "item: asked for the only number of a tensor %s", shape);
        return data[0];
    }

    /** The same numbers under another shape of the same size; shared, not copied. */
    public Tensor reshape(int... dims) {
        Shape other = Shape.of(dims);
        ShapeException.require(other.size() == data.length,
                "reshape: %s has %d numbers, %s needs %d", shape, data.length, other, other.size());
        return new Tensor(other, data);
    }

    public Tensor copy() {
        return new Tensor(shape, data.clone());
    }

    /** Overwrites this tensor's numbers with those of {@code source}. */
    public void copyFrom(Tensor source) {
        ShapeException.require(source.shape.equals(shape), "copyFrom: source is %s, target is %s", source.shape, shape);
        System.arraycopy(source.data, 0, data, 0, data.length);
    }

    public void fill(float value) {
        Arrays.fill(data, value);
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
