package org.soarj.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over steps, drawn about twice as large as the page shows them so that print stays sharp. Empty curves are left out. */
final class LineChart {
    private static final double MARGIN = 0.04;
    private static final float FINE = 2;
    private static final float BOLD = 4;
    private static final int DASHED_POINTS = 30;
    private static final double OFF = 0.3;
    /** Begins the names of what the legend does not show: XChart wants a name for everything, and no name twice. */
    private static final String UNNAMED = "\u0000";
    private static final float[] DASHES = {10, 10};

    private final XYChart chart;
    private int curves;

    /** How large a picture is; the text in it is the same size on the page for all of them. */
    enum Size {
        /** As wide as the page. */
        WIDE(2000, 680, 26),
        /** Half as wide. */
        HALF(1160, 600, 26),
        /** A third as wide, for many of a kind. */
        SMALL(780, 480, 24);

        private final int width;
        private final int height;
        private final Font font;

        Size(int width, int height, int font) {
            this.width = width;
            this.height = height;
            this.font = new Font(Font.SANS_SERIF, Font.PLAIN, font);
        }
    }

    /**
     * Tries whether text can be drawn, which small servers and containers often lack.
     *
     * @param runs what the report is of, for the message
     */
    static void needsAFont(List<Path> runs) throws IOException {
        try {
            Size.WIDE.font.getLineMetrics("0", new FontRenderContext(null, false, false));
        } catch (RuntimeException | LinkageError missing) {
            throw new IOException("report: Java finds no font to draw with (" + missing.getMessage() + "); everything else of the run is "
                    + "kept: install fontconfig and a font (Debian: fontconfig, fonts-dejavu-core), then soar report "
                    + runs.stream().map(Path::toString).collect(Collectors.joining(" ")), missing);
        }
    }

    /** An empty chart with the names of its axes. */
    LineChart(Size size, String across, String up) {
        chart = new XYChartBuilder().width(size.width).height(size.height).xAxisTitle(across).yAxisTitle(up).build();
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xDDDDDD));
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTitleFont(size.font);
        styler.setAxisTickLabelsFont(size.font);
        styler.setXAxisTickMarkSpacingHint(160);
        styler.setXAxisDecimalPattern("#,##0.#");
        styler.setYAxisLabelAlignment(TextAlignment.Right);
        styler.setYAxisTickMarkSpacingHint(90);
        styler.setYAxisDecimalPattern("0.#####");
        styler.setLocale(Locale.ROOT);
        styler.setLegendFont(size.font);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPadding(16);
        styler.setMarkerSize(20);
        styler.setAnnotationLineColor(new Color(0x999999));
        styler.setAnnotationLineStroke(new BasicStroke(FINE, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, DASHES, 0));
    }

    /** Holds the left axis to 0 to 1, so that shares of different runs compare at a glance. */
    LineChart ofShares() {
        return between(0, 1);
    }

    /** Holds the left axis to a range that several pictures share, with a little room above and below. */
    LineChart within(Curve.Range range) {
        double size = range.size() > 0 ? range.size() : Math.max(Math.abs(range.high()), 1e-3);
        return between(range.low() - MARGIN * size, range.high() + MARGIN * size);
    }

    /** A line with its name in the legend. */
    LineChart line(String name, Curve curve, Pen pen) {
        // Dashes begin anew at every point, so between close points there would be none.
        add(name, pen.dashed() ? curve.thinned(DASHED_POINTS) : curve, pen, BOLD);
        return this;
    }

    /** A line against an axis of its own on the right. */
    LineChart lineOnTheRight(String name, Curve curve, Pen pen) {
        add(name, curve, pen, BOLD).ifPresent(series -> {
            series.setYAxisGroup(1);
            chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
            chart.setYAxisGroupTitle(1, name);
        });
        return this;
    }

    /** The area between two curves over the same places; the text below the picture says what it is. */
    LineChart band(Curve low, Curve high, Pen pen) {
        int count = low.x().length;
        if (count < 2) {
            return this;
        }
        Curve outline = new Curve(
                DoubleStream.concat(DoubleStream.of(high.x()), backwards(low.x())).toArray(),
                DoubleStream.concat(DoubleStream.of(high.y()), backwards(low.y())).toArray());
        add(UNNAMED + curves, outline, pen, FINE).ifPresent(series -> {
            series.setShowInLegend(false);
            series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
            series.setFillColor(pen.pale().colour());
            series.setLineColor(new Color(0, true));
        });
        return this;
    }

    /** A mark at every point, and a line across the picture where it stands. */
    LineChart marks(String name, Curve curve, Pen pen) {
        add(name, curve, pen, BOLD).ifPresent(series -> {
            series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
            series.setMarker(SeriesMarkers.DIAMOND);
            series.setMarkerColor(pen.colour());
        });
        DoubleStream.of(curve.x()).forEach(place -> chart.addAnnotation(new AnnotationLine(place, true, false)));
        return this;
    }

    /** A level line as long as a curve; none where the level is NaN. */
    LineChart level(String name, Curve across, double level, Pen pen) {
        int count = across.x().length;
        if (count > 1 && Double.isFinite(level)) {
            add(name, new Curve(new double[] {across.x()[0], across.x()[count - 1]}, new double[] {level, level}), pen, FINE);
        }
        return this;
    }

    /** No legend: the caption, or a legend of the page that many pictures share, names what there is. */
    LineChart unnamed() {
        chart.getStyler().setLegendVisible(false);
        return this;
    }

    /** The picture, or nothing when no curve had a point. */
    Optional<byte[]> png() throws IOException {
        if (curves == 0) {
            return Optional.empty();
        }
        return Optional.of(IndexedPng.of(BitmapEncoder.getBufferedImage(chart)));
    }

    private LineChart between(double low, double high) {
        chart.getStyler().setYAxisMin(0, low);
        chart.getStyler().setYAxisMax(0, high);
        return this;
    }

    private Optional<XYSeries> add(String name, Curve curve, Pen pen, float width) {
        if (curve.isEmpty()) {
            return Optional.empty();
        }
        curves++;
        XYSeries series = chart.addSeries(name, curve.x(), curve.y());
        series.setLineColor(pen.colour());
        series.setLineStyle(pen.stroke(width));
        // A single point makes no line, so it must be a mark to be seen at all.
        series.setMarker(curve.x().length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setMarkerColor(pen.colour());
        if (curves == 1) {
            offTheSteps(curve);
        }
        return Optional.of(series);
    }

    /**
     * XChart puts its ticks on the data's own places where these are evenly spaced, such as 0, 73, 146. A point off these places,
     * on the line and not to be seen, makes it choose round numbers.
     */
    private void offTheSteps(Curve curve) {
        int next = Math.min(1, curve.x().length - 1);
        double x = curve.x()[0] + OFF * (curve.x()[next] - curve.x()[0]);
        double y = curve.y()[0] + OFF * (curve.y()[next] - curve.y()[0]);
        XYSeries unseen = chart.addSeries(UNNAMED, new double[] {x}, new double[] {y});
        unseen.setMarker(SeriesMarkers.NONE).setShowInLegend(false);
    }

    private static DoubleStream backwards(double[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[values.length - 1 - i]);
    }
}
