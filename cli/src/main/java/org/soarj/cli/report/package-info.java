/**
 * Runs as one page to read, search, print or send.
 *
 * <p>The problem: the numbers of a run lie in several files, and a claim is judged by seeing them together, beside those of other
 * runs and of the paper. So the page holds settings, tables, plots and samples of one run or several in a single HTML file, which
 * needs no network and no other file. It tells about the directory of any command that trains: what a part needs is looked up by
 * name, and where it is not there one line says so. A run that is still going, or that stopped early, has a page too.
 *
 * <p>Reading order: {@link org.soarj.cli.report.ReportPage}, the sections in order, each a class of its own;
 * {@link org.soarj.cli.report.Run}, what they are given, with {@link org.soarj.cli.report.RunFiles} and
 * {@link org.soarj.cli.report.Metrics}; {@link org.soarj.cli.report.Panels} and {@link org.soarj.cli.report.LineChart}, how
 * {@link org.soarj.cli.report.Curve}s are drawn; {@link org.soarj.cli.report.QuestionFile} and
 * {@link org.soarj.cli.report.Rollouts}, how long files become an {@link org.soarj.cli.report.EvenSample};
 * {@link org.soarj.cli.report.Html}, the only writer of markup, with {@code page.css} and {@code page.js}. The paper's numbers
 * are {@code paper-pass-at-k.csv} and {@code paper-pools.csv}.
 *
 * <pre>{@code
 * Path run = Path.of("runs/demo");                              // config.yaml, metrics.jsonl, results.csv, ...
 * ReportPage.write(run);                                        // runs/demo/report.html
 * ReportPage.write(List.of(run, other), Path.of("both.html"));  // side by side
 * }</pre>
 *
 * <p>Two things bound the size of a page, so that it opens at once: samples have a fixed number of rows, whatever the length of
 * the run, and pictures have at most 256 colours. The script searches and filters the samples, and opens what is folded before
 * the page is printed; without it everything is there all the same.
 *
 * <p>Deliberately absent: numbers of its own. Means, deviations and ranges over seeds, smoothed rewards, shares of questions by
 * kind and sums of times are formed here; everything else is shown as the run recorded it. Plots are pictures, not widgets,
 * since a page must look the same on paper.
 */
package org.soarj.cli.report;
