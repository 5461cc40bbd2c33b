package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void drawWithoutAScreen() {
        System.setProperty("java.awt.headless", "true");
    }

    @Test
    void thePageOfOneRunLiesInItAndIsNamed() throws IOException {
        Path run = run("one");
        CommandRun done = CommandRun.of("report", run.toString());
        assertEquals(0, done.exit(), done.err());
        assertEquals(run.resolve("report.html") + System.lineSeparator(), done.out());
        assertTrue(Files.readString(run.resolve("report.html")).contains("<title>SOAR: one</title>"));
    }

    @Test
    void thePageOfSeveralGoesWhereItIsTold() throws IOException {
        Path page = folder.resolve("both.html");
        CommandRun done = CommandRun.of("report", run("one").toString(), run("two").toString(), "--out", page.toString());
        assertEquals(page + System.lineSeparator(), done.out());
        assertTrue(Files.readString(page).contains("<title>SOAR: one, two</title>"));
    }

    @Test
    void aFolderThatIsNoRunIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path page = folder.resolve("page.html");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        CommandRun.of("report", run("one").toString(), empty.toString(), "--out", page.toString())
                .assertRefused(1, "empty: is not a run directory (it has no run.json, metrics.jsonl or results.csv)");
        CommandRun.of("report", folder.resolve("none").toString()).assertRefused(1, "none: is not a run directory");
        assertFalse(Files.exists(page));
    }

    @Test
    void aPlaceThatIsNoneForAFileIsRefused() throws IOException {
        CommandRun.of("report", run("one").toString(), "--out", folder.toString()).assertRefused(1, "is a folder");
        CommandRun.of("report", run("one").toString(), "--out", folder.resolve("none/page.html").toString())
                .assertRefused(1, "there is no folder");
    }

    /** A container without fonts, and without what an earlier Java found, which it keeps in the user's folder. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whereThereIsNoFontOneLineSaysWhatToInstall() throws IOException, InterruptedException {
        Path fonts = Files.writeString(folder.resolve("fonts.conf"), "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
                + "<fontconfig><dir>" + folder + "/none</dir><cachedir>" + folder + "/cache</cachedir></fontconfig>");
        Path run = run("one");
        CommandRun.inOwnJava(List.of("-Djava.awt.headless=true", "-Duser.home=" + folder), Map.of("FONTCONFIG_FILE", fonts.toString()),
                "report", run.toString()).assertRefused(1, "install fontconfig and a font (Debian: fontconfig, fonts-dejavu-core), "
                        + "then soar report " + run);
        assertFalse(Files.exists(run.resolve("report.html")));
    }

    @Test
    void noRunIsWrongUsage() {
        CommandRun.of("report").assertRefused(2, "RUN");
    }

    private Path run(String name) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve("metrics.jsonl"), "{\"stage\":\"pretrain\",\"step\":0,\"loss\":3.0}\n");
        return run;
    }
}
