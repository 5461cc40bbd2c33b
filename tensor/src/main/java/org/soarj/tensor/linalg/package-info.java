/**
 * Small dense linear algebra that is measured with, never trained with.
 *
 * <p>The problem: a measure such as the Vendi score needs the eigenvalues of a similarity matrix of a few hundred
 * questions. EJML computes them in double precision; this package is the only one that knows it.
 *
 * <p>To read: {@link org.soarj.tensor.linalg.Eigen}.
 *
 * <pre>{@code
 * double[] values = Eigen.symmetricValues(new double[][] {{2, 1}, {1, 2}});   // 1.0, 3.0
 * }</pre>
 *
 * <p>Deliberately absent: eigenvectors, solvers, anything that a kernel of
 * {@link org.soarj.tensor.backend.Backend} does.
 */
package org.soarj.tensor.linalg;
