package org.soarj.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A contiguous row-major array of numbers with a shape; of floats, unless it stores weights in 16 bits.
 *
 * <p>Kernels write into tensors that the caller made, so a tensor's numbers may change; its shape never does.
 * {@link #reshape} shares the numbers, {@link #copy} does not.
 *
 * <p>The numbers are the {@link #size} of {@link #data} from {@link #FIRST} on. What is before and after them belongs to nobody: backends
 * lend arrays of a few sizes.
 *
 * <p>A tensor of BF16 or F16 holds weights in half the memory. It is not written to, lies outside of the Java heap
 * ({@link #bits}), and is read by the kernels that say so; everything else takes it after {@link #to}.
 */
public final class Tensor {
    /**
     * Where the numbers begin in their array. Where Java puts each object at the beginning of a cache line ({@code
     * -XX:ObjectAlignmentInBytes=64}), behind a header of 16 bytes, this number lies at the beginning of one too, and so do rows of
     * whole lines: a vector that crosses from one line to the next is two loads or stores.
     */
    public static final int FIRST = 12;
    private static final long CACHE_LINE = 64;

    private final Storage storage;
    /** These two change only when nobody holds this object but the pool, see {@link #lendAgain}. */
    private Shape shape;
    private int lease;

    Tensor(Shape shape, Storage storage) {
        this.shape = shape;
        this.storage = storage;
        this.lease = storage.lease;
    }

    private Tensor(Shape shape, float[] data) {
        this(shape, new Storage(data, null));
    }

    /** A tensor of these numbers, copied. */
    public static Tensor of(Shape shape, float... numbers) {
        ShapeException.require(shape.size() == numbers.length,
                "tensor: shape %s needs %d numbers, got %d", shape, shape.size(), numbers.length);
        Tensor tensor = zeros(shape);
        System.arraycopy(numbers, 0, tensor.data(), FIRST, numbers.length);
        return tensor;
    }

    /** A tensor over {@code data} itself, not a copy of it: over its numbers from {@link #FIRST} on, as many as the shape asks for. */
    public static Tensor over(float[] data, Shape shape) {
        ShapeException.require(shape.size() <= data.length - FIRST,
                "tensor: shape %s needs %d numbers, got only %d from the first on, which is at %d", shape, shape.size(),
                Math.max(0, data.length - FIRST), FIRST);
        return new Tensor(shape, data);
    }

    /**
     * A tensor over 16-bit numbers, not a copy of them: little-endian, as in a safetensors file, which may be mapped.
     *
     * @param bits native memory, so that kernels meet one kind of address; it lives as long as the arena it came from
     * @throws ShapeException when the type is not BF16 or F16, or the memory is not of the size or the kind that it must be
     */
    public static Tensor stored(Shape shape, DType dtype, MemorySegment bits) {
        ShapeException.require(dtype == DType.BF16 || dtype == DType.F16,
                "tensor: %s is stored as %s, 16-bit storage is BF16 or F16; use of(...) for floats", shape, dtype);
        long bytes = (long) dtype.bytes() * shape.size();
        ShapeException.require(bits.isNative() && bits.byteSize() == bytes,
                "tensor: %s %s needs %d bytes of native memory, got %d %s", dtype, shape, bytes, bits.byteSize(),
                bits.isNative() ? "of it" : "on the Java heap");
        return new Tensor(shape, new Storage(dtype, bits));
    }

    /** A tensor whose floats, undefined so far, are on a device until somebody asks for them here. */
    public static Tensor onDevice(Shape shape, DeviceCopy numbers) {
        return new Tensor(shape, new Storage(numbers));
    }

    /** A vector of these numbers, copied. */
    public static Tensor vector(float... numbers) {
        return of(Shape.of(numbers.length), numbers);
    }

    /** A tensor of rank 0. */
    public static Tensor scalar(float value) {
        return of(Shape.of(), value);
    }

    public static Tensor zeros(int... dims) {
        return zeros(Shape.of(dims));
    }

    public static Tensor zeros(Shape shape) {
        return new Tensor(shape, Storage.array(shape.size()));
    }

    public static Tensor full(float value, int... dims) {
        Tensor tensor = zeros(dims);
        tensor.fill(value);
        return tensor;
    }

    /** Independent normal numbers with mean 0 and the given standard deviation. */
    public static Tensor gaussian(Rng rng, float deviation, int... dims) {
        Tensor tensor = zeros(dims);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.put(i, (float) (deviation * rng.nextGaussian()));
        }
        return tensor;
    }

    public Shape shape() {
        return shape;
    }

    /**
     * The array itself: the numbers are its {@link #size} from {@link #FIRST} on, row-major. Who writes to it says so with
     * {@link #markChanged}; kernels do. Numbers that a device has written are fetched, so an array that was asked for before
     * a kernel ran may be out of date after it.
     *
     * @throws IllegalStateException when the numbers were recycled, or are not floats
     */
    public float[] data() {
        if (storage.lease != lease) {
            throw recycled();
        }
        float[] data = storage.data;
        return data != null ? data : fetch();
    }

    private float[] fetch() {
        if (dtype() != DType.F32) {
            throw new IllegalStateException("Tensor" + shape + " is stored as " + dtype() + "; convert it with to(F32)");
        }
        return storage.fetch(size());
    }

    /**
     * The 16-bit numbers themselves, row-major and little-endian, in native memory; nobody writes to them.
     *
     * @throws IllegalStateException when they were recycled, or are floats
     */
    public MemorySegment bits() {
        if (storage.lease != lease) {
            throw recycled();
        }
        if (storage.bits == null) {
            throw new IllegalStateException(this + " is stored as F32; read its data(), or convert it with to(BF16)");
        }
        return storage.bits;
    }

    /** What the numbers are stored as: F32, BF16 or F16. */
    public DType dtype() {
        return storage.dtype;
    }

    /**
     * The same numbers stored as {@code dtype}: this tensor itself if it is of that type, else a new one. Narrowing rounds as
     * {@link FloatBytes} does, widening is exact.
     *
     * @throws ShapeException when the type is not F32, BF16 or F16
     */
    public Tensor to(DType dtype) {
        ShapeException.require(FloatBytes.encodes(dtype), "to: %s %s cannot be stored as %s; use F32, BF16 or F16",
                dtype(), shape, dtype);
        if (dtype == dtype()) {
            return this;
        }
        if (dtype == DType.F32) {
            Tensor floats = zeros(shape);
            FloatBytes.decode(dtype(), bits(), floats.data(), FIRST, size());
            return floats;
        }
        MemorySegment bits = nativeMemory((long) dtype.bytes() * size());
        FloatBytes.encode(dtype, to(DType.F32).data(), FIRST, size(), bits);
        return stored(shape, dtype, bits);
    }

    /** Freed with the last tensor that reads it, and aligned so that a vector lies in one line of a cache. */
    private static MemorySegment nativeMemory(long bytes) {
        return Arena.ofAuto().allocate(bytes, CACHE_LINE);
    }

    /** The numbers in an array of their own. */
    public float[] toArray() {
        return Arrays.copyOfRange(data(), FIRST, FIRST + size());
    }

    public int size() {
        return shape.size();
    }

    /** Whether the numbers were given back to a backend, so that this tensor must not be read any more. */
    public boolean isRecycled() {
        return storage.lease != lease;
    }

    /** Whether both tensors have their numbers in one array. */
    public boolean sharesWith(Tensor other) {
        return storage == other.storage;
    }

    /** Grows with every change of the numbers, through whichever reshape of this tensor. */
    public int version() {
        return storage.version;
    }

    /** Says that the numbers were, or are about to be, written to. */
    public void markChanged() {
        storage.version++;
    }

    /** Begins another lease, of a tensor that was surrendered: until then nobody has seen this object. */
    Tensor lendAgain(Shape another) {
        shape = another;
        lease = storage.lease;
        return this;
    }

    /**
     * What {@code make} makes of the numbers as they are now, kept with them: how a backend holds a matrix in an order, or in a
     * memory, of its own. It is made again after a change, and let go with the numbers. Safe for use by several threads, as
     * long as none writes.
     *
     * @param kind what is asked for; forms of one kind must not depend on who makes them
     */
    public <T> T derived(Class<T> kind, Function<? super Tensor, ? extends T> make) {
        if (storage.lease != lease) {
            throw recycled();
        }
        T form = storage.form(kind, shape);
        if (form == null) {
            synchronized (storage) {
                form = storage.form(kind, shape);
                if (form == null) {
                    form = make.apply(this);
                    storage.keep(kind, shape, form);
                }
            }
        }
        return form;
    }

    /** Ends the lease: this tensor and its reshapes lose their numbers. */
    Storage retire() {
        if (storage.lease != lease) {
            throw new IllegalStateException("recycle: " + this + " was recycled before; do it once");
        }
        storage.lease++;
        storage.leaveDevice();
        return storage;
    }

    private IllegalStateException recycled() {
        return new IllegalStateException(this + ": its numbers were recycled when they had served; read them earlier, or "
                + "copy() what has to last");
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
        return at(at);
    }

    /** Number {@code i} of all, row-major, as fast as an array's but for the look at the lease; not checked against the shape. */
    public float at(int i) {
        return data()[FIRST + i];
    }

    /** Writes number {@code i} of all, row-major, as into {@link #data}: who does so says {@link #markChanged}. */
    public void put(int i, float number) {
        data()[FIRST + i] = number;
    }

    /** The only number of a tensor of size 1. */
    public float item() {
        ShapeException.require(size() == 1, "item: asked for the only number of a tensor %s", shape);
        return at(0);
    }

    /** The same numbers under another shape of the same size; shared, not copied. */
    public Tensor reshape(int... dims) {
        return reshape(Shape.of(dims));
    }

    /** The same numbers under another shape of the same size; shared, not copied. */
    public Tensor reshape(Shape other) {
        ShapeException.require(other.size() == size(),
                "reshape: %s has %d numbers, %s needs %d", shape, size(), other, other.size());
        if (isRecycled()) {
            throw recycled();
        }
        return new Tensor(other, storage);
    }

    /** The same numbers, stored alike, in memory of their own. */
    public Tensor copy() {
        if (storage.bits == null) {
            return new Tensor(shape, Arrays.copyOf(data(), FIRST + size()));
        }
        return stored(shape, dtype(), nativeMemory(bits().byteSize()).copyFrom(bits()));
    }

    /** Overwrites this tensor's numbers with those of {@code source}. */
    public void copyFrom(Tensor source) {
        ShapeException.require(source.shape.equals(shape), "copyFrom: source is %s, target is %s", source.shape, shape);
        source.requireFloats();
        requireFloats();
        if (!storage.copyOnDevice(source.storage, RowCopy.of(size(), 0, 0), true)) {
            System.arraycopy(source.data(), FIRST, storage.overwritten(size()), FIRST, size());
        }
        markChanged();
    }

    /**
     * Copies rows of numbers from {@code source}, which may be this tensor if no number is both read and written; on a device
     * where both are on one.
     *
     * @throws ShapeException when a row is outside of either tensor
     */
    public void copyRows(Tensor source, RowCopy rows) {
        ShapeException.require(rows.fromEnd() <= source.size() && rows.toEnd() <= size(),
                "copyRows: %s does not fit into source %s and target %s", rows, source.shape, shape);
        source.requireFloats();
        requireFloats();
        if (!storage.copyOnDevice(source.storage, rows, false)) {
            float[] from = source.data();
            float[] to = data();
            for (int i = 0; i < rows.rows(); i++) {
                System.arraycopy(from, FIRST + rows.from() + i * rows.fromStep(), to, FIRST + rows.to() + i * rows.toStep(),
                        rows.width());
            }
        }
        markChanged();
    }

    public void fill(float value) {
        requireFloats();
        if (!storage.fillOnDevice(value, size())) {
            Arrays.fill(data(), FIRST, FIRST + size(), value);
        }
        markChanged();
    }

    /** As {@link #data}, wherever the floats are. */
    private void requireFloats() {
        if (storage.lease != lease || dtype() != DType.F32) {
            data();
        }
    }

    /** For a backend that computes in {@code memory} and holds its monitor: the newest numbers there. */
    public DeviceCopy readIn(DeviceMemory memory) {
        if (storage.lease != lease) {
            throw recycled();
        }
        return storage.read(memory, size());
    }

    /**
     * For a backend that computes in {@code memory} and holds its monitor: where it is about to write all the numbers, or, after
     * {@link #readIn}, some of them. From now on the newest are there.
     */
    public DeviceCopy writeIn(DeviceMemory memory) {
        if (storage.lease != lease) {
            throw recycled();
        }
        return storage.write(memory, size());
    }

    @Override
    public String toString() {
        return "Tensor" + shape + (dtype() == DType.F32 ? "" : " " + dtype());
    }
}
