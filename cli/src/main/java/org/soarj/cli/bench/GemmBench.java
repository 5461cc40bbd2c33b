package org.soarj.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Rates of matrix products: squares, the shapes that a transformer is made of, and the batches of attention. */
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

    /** Attention's products for one head each, forwards q k^T and p v, backwards p^T dout: a batch of small matrices. */
    public static final List<Product> BATCHED = List.of(
            new Product(256, 64, 64, 32, "NT"), new Product(256, 64, 32, 64, "NN"), new Product(256, 64, 32, 64, "TN"),
            new Product(64, 256, 256, 64, "NT"), new Product(64, 256, 64, 256, "NN"), new Product(64, 256, 64, 256, "TN"),
            new Product(8, 1024, 1024, 64, "NT"), new Product(8, 1024, 64, 1024, "NN"), new Product(8, 1024, 64, 1024, "TN"));
    /** What the rates of batches are compared with. */
    public static final Product SQUARE = new Product(512, 512, 512, "NN");

    private GemmBench() {}

    /**
     * Products that lie one behind the other, each c (m,n) = op(a) op(b) over k.
     *
     * @param transposes N or T for a, then for b
     */
    public record Product(int batches, int m, int n, int k, String transposes) {
        /** One product. */
        public Product(int m, int n, int k, String transposes) {
            this(1, m, n, k, transposes);
        }

        boolean transposeA() {
            return transposes.charAt(0) == 'T';
        }

        boolean transposeB() {
            return transposes.charAt(1) == 'T';
        }

        /** Multiplications and additions. */
        public double operations() {
            return 2.0 * batches * m * n * k;
        }

        @Override
        public String toString() {
            String sizes = m + " x " + n + " x " + k + " " + transposes;
            return batches == 1 ? sizes : batches + " of " + sizes;
        }
    }

    /**
     * @param rate 10^9 operations a second
     * @param bandwidth 10^9 bytes of a, b and c a second, each counted once
     */
    public record Row(Product product, double rate, double bandwidth) {}

    /**
     * A row beside ceilings of the same run.
     *
     * @param ofPeak share of the peak of multiply-adds
     * @param ofSquare share of the rate of {@link #SQUARE}
     */
    public record Shares(Product product, double rate, double bandwidth, double ofPeak, double ofSquare) {}

    /** The rows beside the peak and beside that of {@link #SQUARE}, which must be among {@code all}. */
    public static List<Shares> beside(double peak, List<Row> all, List<Row> rows) {
        double square = all.stream().filter(row -> row.product.equals(SQUARE)).findFirst().orElseThrow().rate;
        return rows.stream().map(x -> new Shares(x.product, x.rate, x.bandwidth, x.rate / peak, x.rate / square)).toList();
    }

    /** Measures each product. */
    public static List<Row> run(Backend backend, List<Product> products, Stopwatch stopwatch) {
        List<Row> rows = new ArrayList<>();
        for (Product x : products) {
            Rng rng = Rng.of(1);
            Tensor a = Tensor.gaussian(rng, 1, x.batches, x.transposeA() ? x.k : x.m, x.transposeA() ? x.m : x.k);
            Tensor b = Tensor.gaussian(rng, 1, x.batches, x.transposeB() ? x.n : x.k, x.transposeB() ? x.k : x.n);
            Tensor c = Tensor.zeros(x.batches, x.m, x.n);
            double seconds = stopwatch.median(backend, () -> backend.batchedMatmul(a, x.transposeA(), b, x.transposeB(), 1f, 0f, c));
            double bytes = 4.0 * (a.size() + b.size() + c.size());
            rows.add(new Row(x, x.operations() / seconds / 1e9, bytes / seconds / 1e9));
        }
        return rows;
    }
}
