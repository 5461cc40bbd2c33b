package org.soarj.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over steps, drawn twice as large as the page shows them so that print stays sharp. Empty curves are left out. */
final class LineChart {
    /** Colours that stay apart for colour-blind eyes (Okabe and Ito 2008), the darkest first. */
    private static final List<Color> PALETTE = List.of(
            new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7),
            new Color(0x000000), new Color(0xE69F00), new Color(0x56B4E9), new Color(0x999999));

    private static final int WIDTH = 1600;
    private static final int HEIGHT = 680;
    private static final int FAINT = 60;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 24);

    private final XYChart chart;
    private int curves;

    /** An empty chart with the names of its axes. */
    LineChart(String across, String up) {
        chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(across).yAxisTitle(up).build();
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xDDDDDD));
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setAxisTitleFont(FONT);
        styler.setAxisTickLabelsFont(FONT);
        styler.setXAxisTickMarkSpacingHint(160);
        styler.setYAxisTickMarkSpacingHint(90);
        styler.setYAxisDecimalPattern("0.#####");
        styler.setLocale(Locale.ROOT);
        styler.setLegendFont(FONT);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPadding(20);
        styler.setMarkerSize(20);
    }

    /** The colour of the {@code index}-th thing, counted from 0; they come round again. */
    static Color colour(int index) {
        return PALETTE.get(index % PALETTE.size());
    }

    /** Holds the left axis to 0 to 1, so that shares of different runs compare at a glance. */
    LineChart ofShares() {
        chart.getStyler().setYAxisMin(0, 0.0);
        chart.getStyler().setYAxisMax(0, 1.0);
        return this;
    }

    /** A line with its name in the legend. */
    LineChart line(String name, Curve curve, Color colour) {
        add(name, curve, colour, 4);
        return this;
    }

    /** A line against an axis of its own on the right. */
    LineChart lineOnTheRight(String name, Curve curve, Color colour) {
        add(name, curve, colour, 4).ifPresent(series -> {
            series.setYAxisGroup(1);
            chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
            chart.setYAxisGroupTitle(1, name);
        });
        return this;
    }

    /** A thin pale line that the legend does not name. */
    LineChart faintLine(Curve curve, Color colour) {
        Color pale = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), FAINT);
        add("faint " + curves, curve, pale, 2).ifPresent(series -> series.setShowInLegend(false));
        return this;
    }

    /** A mark at every point. */
    LineChart marks(String name, Curve curve, Color colour) {
        add(name, curve, colour, 4).ifPresent(series -> {
            series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
            series.setMarker(SeriesMarkers.DIAMOND);
            series.setMarkerColor(colour);
        });
        return this;
    }

    /** The picture, or nothing when no curve had a point. */
    Optional<byte[]> png() throws IOException {
        if (curves == 0) {
            return Optional.empty();
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", out);
        }
        return Optional.of(png.toByteArray());
    }

    private Optional<XYSeries> add(String name, Curve curve, Color colour, float width) {
        if (curve.isEmpty()) {
            return Optional.empty();
        }
        curves++;
        XYSeries series = chart.addSeries(name, curve.x(), curve.y());
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        // A single point makes no line, so it must be a mark to be seen at all.
        series.setMarker(curve.x().length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setMarkerColor(colour);
        return Optional.of(series);
    }
}
