package org.soarj.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Rates of matrix products: squares, and the shapes that a transformer is made of. */
public final class GemmBench {
    /** What is measured by default. */
    public static final List<Product> SHAPES = List.of(
            new Product(64, 64, 64, "NN"), new Product(128, 128, 128, "NN"), new Product(256, 256, 256, "NN"),
            new Product(512, 512, 512, "NN"), new Product(1024, 1024, 1024, "NN"), new Product(2048, 2048, 2048, "NN"),
            new Product(1024, 1024, 1024, "NT"), new Product(1024, 1024, 1024, "TN"), new Product(1024, 1024, 1024, "TT"),
            new Product(16, 512, 512, "NN"), new Product(64, 512, 512, "NN"), new Product(64, 128, 128, "NN"),
            new Product(4096, 128, 128, "NT"), new Product(4096, 344, 128, "NT"), new Product(4096, 128, 344, "NN"),
            new Product(344, 128, 4096, "TN"), new Product(2048, 512, 512, "NT"), new Product(2048, 1376, 512, "NT"),
            new Product(1376, 512, 2048, "TN"), new Product(1, 2048, 2048, "NN"), new Product(1, 2048, 2048, "NT"));

    private GemmBench() {}

    /**
     * One product, c (m,n) = op(a) op(b) over k.
     *
     * @param transposes N or T for a, then for b
     */
    public record Product(int m, int n, int k, String transposes) {
        boolean transposeA() {
            return transposes.charAt(0) == 'T';
        }

        boolean transposeB() {
            return transposes.charAt(1) == 'T';
        }

        /** Multiplications and additions. */
        public double operations() {
            return 2.0 * m * n * k;
        }
    }

    /**
     * @param rate 10^9 operations a second
     * @param bandwidth 10^9 bytes of a, b and c a second, each counted once
     */
    public record Row(Product product, double rate, double bandwidth) {}

    /** Measures each product. */
    public static List<Row> run(Backend backend, List<Product> products, Stopwatch stopwatch) {
        List<Row> rows = new ArrayList<>();
        for (Product x : products) {
            Rng rng = Rng.of(1);
            Tensor a = x.transposeA() ? Tensor.gaussian(rng, 1, x.k, x.m) : Tensor.gaussian(rng, 1, x.m, x.k);
            Tensor b = x.transposeB() ? Tensor.gaussian(rng, 1, x.n, x.k) : Tensor.gaussian(rng, 1, x.k, x.n);
            Tensor c = Tensor.zeros(x.m, x.n);
            double seconds = stopwatch.median(() -> backend.matmul(a, x.transposeA(), b, x.transposeB(), 1f, 0f, c));
            double bytes = 4.0 * (a.size() + b.size() + c.size());
            rows.add(new Row(x, x.operations() / seconds / 1e9, bytes / seconds / 1e9));
        }
        return rows;
    }
}
