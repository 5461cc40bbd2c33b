package org.soarj.tensor.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import org.soarj.tensor.DType;

/**
 * A card through JCuda: the driver API for memory and for our kernels, which lie in a PTX file, and cuBLAS for products. All
 * goes to the default stream.
 *
 * <p>Indices are uploaded through a ring of page-locked memory, so that the call does not wait for the card; when the ring
 * comes round, it does.
 */
final class JCudaDevice implements Device {
    private static final String KERNELS = "kernels.ptx";
    private static final int RING_BYTES = 1 << 20;
    private static final int ALIGNMENT = 256;
    /** The longest piece of native memory that a buffer of Java can be. */
    private static final long PIECE = 1L << 30;

    private final Card card;
    private final CUcontext context = new CUcontext();
    private final CUmodule module = new CUmodule();
    private final cublasHandle cublas = new cublasHandle();
    private final Map<String, CUfunction> functions = new HashMap<>();
    private final Pointer ring = new Pointer();
    private final float[] alpha = new float[1];
    private final float[] beta = new float[1];
    private final Pointer alphaPointer = Pointer.to(alpha);
    private final Pointer betaPointer = Pointer.to(beta);
    private ByteBuffer ringBytes;
    private int ringAt;
    /** The thread to which the context was bound last. */
    private Thread bound;
    private MemorySegment arguments;
    private Pointer argumentsPointer;
    private String lost;
    private boolean closed;

    /** A pointer to an address of the card. */
    private static final class Address extends CUdeviceptr {
        Address() {}

        Address(long address) {
            super(new CUdeviceptr(), address);
        }

        long address() {
            return getNativePointer() + getByteOffset();
        }
    }

    private JCudaDevice(Card card) {
        this.card = card;
    }

    /**
     * Opens a card.
     *
     * @throws DeviceException when it cannot be used, or has too little memory left to begin
     */
    static JCudaDevice open(Card card) {
        JCudaDevice device = new JCudaDevice(card);
        device.check(JCudaDriver.cuDevicePrimaryCtxRetain(device.context, card.device()), "opening " + card.name());
        try {
            device.bind();
            device.check(JCudaDriver.cuModuleLoadData(device.module, kernels()), "loading the kernels; a driver for CUDA 12 or "
                    + "later and a card of 2018 or later are needed");
            int started = JCublas2.cublasCreate(device.cublas);
            if (started == cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED) {
                // What it says for want of memory too, and a driver that is too old was found before.
                device.fail(DeviceException.Kind.FULL, cublasStatus.stringFor(started), "starting cuBLAS");
            }
            device.checkCublas(started, "starting cuBLAS");
            device.check(JCudaDriver.cuMemAllocHost(device.ring, RING_BYTES), "allocating page-locked memory");
            device.ringBytes = device.ring.getByteBuffer(0, RING_BYTES).order(ByteOrder.nativeOrder());
        } catch (RuntimeException failed) {
            device.close();
            throw failed;
        }
        return device;
    }

    /** The text of the kernels, ended by the zero that the driver looks for. */
    private static byte[] kernels() {
        try (InputStream in = JCudaDevice.class.getResourceAsStream(KERNELS)) {
            byte[] text = in.readAllBytes();
            return Arrays.copyOf(text, text.length + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A context belongs to a thread at a time, so to speak: it is bound to whoever calls. */
    private void bind() {
        if (lost != null) {
            throw new DeviceException(DeviceException.Kind.LOST, lost);
        }
        if (bound != Thread.currentThread()) {
            check(JCudaDriver.cuCtxSetCurrent(context), "binding the card to a thread");
            bound = Thread.currentThread();
        }
    }

    private void check(int status, String what) {
        if (status != CUresult.CUDA_SUCCESS) {
            fail(DriverErrors.kind(status), CUresult.stringFor(status), what);
        }
    }

    /** Where cuBLAS says that a kernel of its own failed, the driver knows whether the context is no more, and why. */
    private void checkCublas(int status, String what) {
        if (status != DriverErrors.CUBLAS_SUCCESS) {
            if (DriverErrors.asksDriver(status)) {
                check(JCudaDriver.cuStreamSynchronize(null), what);
            }
            fail(DriverErrors.kindOfCublas(status), cublasStatus.stringFor(status), what);
        }
    }

    private void fail(DeviceException.Kind kind, String status, String what) {
        String message = DriverErrors.message(kind, card.name(), status, what);
        if (kind == DeviceException.Kind.LOST) {
            lost = message;
        }
        throw new DeviceException(kind, message);
    }

    @Override
    public String description() {
        return card.toString();
    }

    @Override
    public long freeBytes() {
        bind();
        long[] free = new long[1];
        check(JCudaDriver.cuMemGetInfo(free, new long[1]), "asking for free memory");
        return free[0];
    }

    @Override
    public long totalBytes() {
        return card.bytes();
    }

    @Override
    public long allocate(long bytes) {
        bind();
        Address address = new Address();
        check(JCudaDriver.cuMemAlloc(address, bytes), "allocating " + bytes + " bytes");
        return address.address();
    }

    @Override
    public void free(long address) {
        try {
            bind();
            check(JCudaDriver.cuMemFree(new Address(address)), "freeing memory");
        } catch (DeviceException failed) {
            // A kernel's fault shows in the call after it; the memory went with the context, and whoever computes next is told.
            if (failed.kind() != DeviceException.Kind.LOST) {
                throw failed;
            }
        }
    }

    @Override
    public void upload(long to, float[] from, int first, int count) {
        bind();
        check(JCudaDriver.cuMemcpyHtoD(new Address(to), number(from, first), (long) Float.BYTES * count), "uploading floats");
    }

    private static Pointer number(float[] of, int index) {
        return Pointer.to(of).withByteOffset((long) Float.BYTES * index);
    }

    @Override
    public void upload(long to, MemorySegment from) {
        bind();
        for (long at = 0; at < from.byteSize(); at += PIECE) {
            long bytes = Math.min(PIECE, from.byteSize() - at);
            check(JCudaDriver.cuMemcpyHtoD(new Address(to + at), Pointer.to(from.asSlice(at, bytes).asByteBuffer()), bytes),
                    "uploading weights");
        }
    }

    @Override
    public void upload(long to, int[] from) {
        bind();
        long bytes = (long) Integer.BYTES * from.length;
        if (bytes > RING_BYTES) {
            check(JCudaDriver.cuMemcpyHtoD(new Address(to), Pointer.to(from), bytes), "uploading indices");
            return;
        }
        if (ringAt + bytes > RING_BYTES) {
            // What is written next may still have to be read.
            synchronise();
            ringAt = 0;
        }
        ringBytes.position(ringAt).asIntBuffer().put(from);
        check(JCudaDriver.cuMemcpyHtoDAsync(new Address(to), ring.withByteOffset(ringAt), bytes, null), "uploading indices");
        ringAt += Math.ceilDiv((int) bytes, ALIGNMENT) * ALIGNMENT;
    }

    /** JCuda keeps the collector out while it copies to an array: what is queued on the card is waited for before. */
    @Override
    public void download(long from, float[] to, int first, int count) {
        synchronise();
        check(JCudaDriver.cuMemcpyDtoH(number(to, first), new Address(from), (long) Float.BYTES * count), "downloading floats");
    }

    @Override
    public double downloadDouble(long from) {
        synchronise();
        double[] number = new double[1];
        check(JCudaDriver.cuMemcpyDtoH(Pointer.to(number), new Address(from), Double.BYTES), "downloading a number");
        return number[0];
    }

    @Override
    public void fill(long to, float value, long count) {
        bind();
        check(JCudaDriver.cuMemsetD32Async(new Address(to), Float.floatToRawIntBits(value), count, null), "filling memory");
    }

    @Override
    public void copy(long from, long to, long bytes) {
        bind();
        check(JCudaDriver.cuMemcpyDtoDAsync(new Address(to), new Address(from), bytes, null), "copying memory");
    }

    @Override
    public void launch(String kernel, int gridX, int gridY, int block, MemorySegment values) {
        bind();
        CUfunction function = functions.get(kernel);
        if (function == null) {
            function = new CUfunction();
            check(JCudaDriver.cuModuleGetFunction(function, module, kernel), "looking for the kernel " + kernel);
            functions.put(kernel, function);
        }
        if (values != arguments) {
            arguments = values;
            argumentsPointer = Pointer.to(values.asByteBuffer());
        }
        check(JCudaDriver.cuLaunchKernel(function, gridX, gridY, 1, block, 1, 1, 0, null, argumentsPointer, null), kernel);
    }

    @Override
    public void gemm(ColumnMajorProduct product) {
        bind();
        alpha[0] = product.alpha();
        beta[0] = product.beta();
        var a = product.a();
        var b = product.b();
        var c = product.c();
        int type = type(product.inputs());
        int sums = product.tf32() && product.inputs() == DType.F32 ? cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32
                : cublasComputeType.CUBLAS_COMPUTE_32F;
        if (product.batches() == 1) {
            checkCublas(JCublas2.cublasGemmEx_new(cublas, op(a), op(b), product.m(), product.n(), product.k(), alphaPointer,
                    new Address(a.address()), type, a.leading(), new Address(b.address()), type, b.leading(), betaPointer,
                    new Address(c.address()), cudaDataType.CUDA_R_32F, c.leading(), sums,
                    cublasGemmAlgo.CUBLAS_GEMM_DEFAULT), "matmul");
        } else {
            checkCublas(JCublas2.cublasGemmStridedBatchedEx_new(cublas, op(a), op(b), product.m(), product.n(), product.k(),
                    alphaPointer, new Address(a.address()), type, a.leading(), a.stride(), new Address(b.address()), type,
                    b.leading(), b.stride(), betaPointer, new Address(c.address()), cudaDataType.CUDA_R_32F, c.leading(),
                    c.stride(), product.batches(), sums, cublasGemmAlgo.CUBLAS_GEMM_DEFAULT), "batchedMatmul");
        }
    }

    private static int op(ColumnMajorProduct.Operand operand) {
        return operand.transposed() ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case BF16 -> cudaDataType.CUDA_R_16BF;
            case F16 -> cudaDataType.CUDA_R_16F;
            default -> cudaDataType.CUDA_R_32F;
        };
    }

    @Override
    public void synchronise() {
        bind();
        check(JCudaDriver.cuStreamSynchronize(null), "waiting for the card");
    }

    /** What the driver says while it is told to forget is of no use to anybody. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (lost == null) {
            JCudaDriver.cuCtxSetCurrent(context);
            JCublas2.cublasDestroy(cublas);
            JCudaDriver.cuMemFreeHost(ring);
            JCudaDriver.cuModuleUnload(module);
        }
        JCudaDriver.cuDevicePrimaryCtxRelease(card.device());
        lost = "cuda: " + card.name() + " was closed";
    }
}
