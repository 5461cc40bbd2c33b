package org.soarj.cli.report;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.soarj.cli.report.LineChart.Size;

/** Pictures of one kind side by side, one for each run or part of a run, with axes that can be compared. */
final class Panels {
    private final Html page;
    private final Size size;
    private final Map<String, LineChart> charts = new LinkedHashMap<>();

    Panels(Html page, Size size) {
        this.page = page;
        this.size = size;
    }

    /** How large each of so many pictures is. */
    static Size sizeOf(int count) {
        return count == 1 ? Size.WIDE : count < 5 ? Size.HALF : Size.SMALL;
    }

    void add(String caption, LineChart chart) {
        charts.put(caption, chart);
    }

    /**
     * Writes all that have anything to show.
     *
     * @param about what every one of them shows, for those who do not see it
     * @return whether there was any
     */
    boolean write(String about) throws IOException {
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        for (Map.Entry<String, LineChart> chart : charts.entrySet()) {
            chart.getValue().png().ifPresent(png -> pictures.put(chart.getKey(), png));
        }
        if (pictures.isEmpty()) {
            return false;
        }
        page.begin("div", switch (size) {
            case WIDE -> "one";
            case HALF -> "beside";
            case SMALL -> "small";
        });
        pictures.forEach((caption, png) -> page.figure(png, caption, caption.isEmpty() ? about : about + ": " + caption));
        page.end("div");
        return true;
    }
}
