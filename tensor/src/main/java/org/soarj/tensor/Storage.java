package org.soarj.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The numbers that a tensor and its reshapes share: an array of floats, or 16-bit numbers outside the Java heap, and what a
 * device holds of them.
 *
 * <p>A pool lends one storage again and again. Each lease has a number, and a tensor remembers its own, so that a tensor
 * of an earlier lease can be told from one that may still read the numbers.
 *
 * <p>Floats that a device has written are on the device alone until somebody asks for them ({@link #data} is null meanwhile),
 * and then in both places; the device's copy is stale from the next {@link #version} on.
 */
final class Storage {
    final DType dtype;
    /** Null unless the type is F32, and while the newest floats are on a device alone. */
    float[] data;
    /** Null if the type is F32. */
    final MemorySegment bits;
    /** Where the numbers go when they are recycled; null for an array that somebody else made. */
    final BufferPool home;
    int lease;
    /** Counts the writes; an op that saved these numbers sees by it that they were changed. */
    int version;
    /** When the storage was last given back, on the pool's own clock. */
    long idleSince;
    BufferPool.Loan loan;
    /** A tensor of an earlier lease that nobody holds any more and that will do for the next; or null. */
    Tensor surrendered;
    /** What backends made of the numbers, see {@link Tensor#derived}. */
    private volatile Derived derived;
    /** What a device holds, or null. */
    private DeviceCopy device;
    /** Of which version; without meaning while the newest floats are there alone. */
    private int deviceVersion;
    /** Where floats go that are on the device alone, when somebody asks for them; or null. */
    private float[] behind;

    /** A form of the numbers as a matrix of this shape, made of their {@code version}. */
    private record Derived(Class<?> kind, Shape shape, int version, Object form, Derived next) {}

    Storage(float[] data, BufferPool home) {
        this.dtype = DType.F32;
        this.data = data;
        this.bits = null;
        this.home = home;
    }

    Storage(DType dtype, MemorySegment bits) {
        this.dtype = dtype;
        this.data = null;
        this.bits = bits;
        this.home = null;
    }

    /** Floats that are on a device alone. */
    Storage(DeviceCopy device) {
        this((float[]) null, null);
        this.device = device;
    }

    /** The form of this kind of the numbers as they are now, as a matrix of this shape; or null. */
    <T> T form(Class<T> kind, Shape shape) {
        for (Derived some = derived; some != null; some = some.next()) {
            if (some.kind() == kind && some.version() == version && some.shape().equals(shape)) {
                return kind.cast(some.form());
            }
        }
        return null;
    }

    /** Keeps a form beside those of the same version; the caller holds this object's monitor. */
    void keep(Class<?> kind, Shape shape, Object form) {
        Derived others = derived != null && derived.version() == version ? derived : null;
        derived = new Derived(kind, shape, version, form, others);
    }

    /** An array for so many numbers. */
    static float[] array(int size) {
        return new float[Tensor.FIRST + size];
    }

    /** The newest floats, {@code size} of them, brought from the device. */
    float[] fetch(int size) {
        synchronized (device.memory()) {
            if (data == null) {
                float[] floats = behind == null ? array(size) : behind;
                device.download(floats, Tensor.FIRST, size);
                deviceVersion = version;
                // Who finds the array without holding the monitor finds what is in it.
                VarHandle.releaseFence();
                data = floats;
            }
            return data;
        }
    }

    /** An array that the caller is about to fill with {@code size} floats. */
    float[] overwritten(int size) {
        if (data == null) {
            data = behind == null ? array(size) : behind;
        }
        return data;
    }

    /** The newest numbers in {@code memory}, whose monitor the caller holds. */
    DeviceCopy read(DeviceMemory memory, int size) {
        boolean fresh = place(memory, size);
        if (bits != null && fresh) {
            device.upload(bits);
        } else if (data != null && (fresh || deviceVersion != version)) {
            device.upload(data, Tensor.FIRST, size);
            deviceVersion = version;
        }
        return device;
    }

    /** Room in {@code memory} for floats that the caller, who holds its monitor, is about to overwrite. */
    DeviceCopy write(DeviceMemory memory, int size) {
        place(memory, size);
        leaveBehind();
        return device;
    }

    /** Whether there was no copy in {@code memory} before. */
    private boolean place(DeviceMemory memory, int size) {
        if (device != null && device.memory() == memory) {
            return false;
        }
        if (device != null) {
            if (dtype == DType.F32 && data == null) {
                fetch(size);
            }
            device.release();
            device = null;
        }
        device = memory.allocate((long) dtype.bytes() * size);
        return true;
    }

    private void leaveBehind() {
        if (data != null) {
            behind = data;
            data = null;
        }
    }

    /** Whether a device holds these floats, which then have been set there. */
    boolean fillOnDevice(float value, int size) {
        if (device == null) {
            return false;
        }
        synchronized (device.memory()) {
            device.fill(value, size);
            leaveBehind();
        }
        return true;
    }

    /** Whether a device holds the newest floats of both, which then have been copied there. */
    boolean copyOnDevice(Storage source, RowCopy rows, boolean all) {
        if (device == null || source.device == null || device.memory() != source.device.memory()) {
            return false;
        }
        synchronized (device.memory()) {
            if (!source.newestOnDevice() || !all && !newestOnDevice()) {
                return false;
            }
            device.copyRows(source.device, rows);
            leaveBehind();
        }
        return true;
    }

    private boolean newestOnDevice() {
        return data == null || deviceVersion == version;
    }

    /** Ends what the device holds, with the lease. */
    void leaveDevice() {
        if (device != null) {
            if (data == null) {
                data = behind;
            }
            behind = null;
            device.release();
            device = null;
        }
    }
}
