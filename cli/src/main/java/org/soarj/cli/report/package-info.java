/**
 * A run as one page to read, print or send.
 *
 * <p>The problem: the numbers of a run lie in several files, and a claim is judged by seeing them together. So the page
 * holds the settings, the tables and the plots of a run of {@code soar demo} or {@code soar rloo} in a single HTML file, which needs no network,
 * no script and no other file. A run that is still going, or that stopped early, has a page too: a part without its data
 * says in one line what is missing.
 *
 * <p>Reading order: {@link org.soarj.cli.report.ReportPage}, the sections in order;
 * {@link org.soarj.cli.report.RunFiles}, what it reads, with {@link org.soarj.cli.report.CsvRows}; {@link org.soarj.cli.report.ResultTables}, what the tables say;
 * {@link org.soarj.cli.report.RunPlots}, what the plots show, from {@link org.soarj.cli.report.Curve} by
 * {@link org.soarj.cli.report.LineChart}; {@link org.soarj.cli.report.Html}, the only writer of markup.
 *
 * <pre>{@code
 * Path run = Path.of("runs/demo");                  // config.yaml, run.json, metrics.jsonl, results.csv, ...
 * ReportPage.write(run);                            // runs/demo/report.html
 * }</pre>
 *
 * <p>Deliberately absent: numbers of its own. Means and deviations over seeds, smoothed rewards and the sum of the times are
 * formed here; everything else is shown as the run recorded it. Plots are pictures, not widgets, since a page must look the
 * same on paper.
 */
package org.soarj.cli.report;
