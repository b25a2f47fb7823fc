package io.slotregistry.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cheapest reviewer: reads every file and minds its form. */
class TidyTest {
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 60;
    private static final String MAY_PRINT =
            ".*/slotregistry/(cli|standalone|benchmarks|(sdk|sofarpc)/driver)/.*|.*/RegistryProcess.java"
                    + "|.*/slotregistry/torture/(Torture|RollingRestartIT|ColdStartIT).java"
                    + "|.*/slotregistry/simulation/cluster/(ChaosTest|Violations).java";
    private static final String ELSEWHERE = "[a-z]+:.*|#.*";

    private static final ImmutableList<SourceFile> FILES = SourceFile.all();

    private final List<String> findings = new ArrayList<>();

    @AfterEach
    void nothingWasFound() {
        assertThat(String.join("\n", findings)).isEmpty();
    }

    @Test
    void theTreeIsThere() {
        assertThat(FILES).filteredOn(SourceFile::isMainJava).hasSizeGreaterThan(10);
    }

    @Test
    void filesFitInASitting() {
        for (SourceFile file : files(SourceFile::isJava)) {
            if (file.lines().size() > MAX_FILE_LINES) {
                report(file, MAX_FILE_LINES, "the file is longer than this: split it by subject");
            }
        }
    }

    @Test
    void methodsFitOnAScreen() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            for (SourceFile file : files(SourceFile::isJava)) {
                JavacTask task = (JavacTask)
                        compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjects(file.path()));
                SourcePositions positions = Trees.instance(task).getSourcePositions();
                for (CompilationUnitTree unit : task.parse()) {
                    new LongMethods(file, unit, positions).scan(unit, unit.getLineMap());
                }
            }
        }
    }

    @Test
    void linesFitIn120Columns() {
        forbid(SourceFile::isJava, ".{121}", "the line is too long: break it");
    }

    @Test
    void codeIsIndentedWithSpaces() {
        forbid(SourceFile::isJava, "\t", "a tab: use spaces");
    }

    @Test
    void nothingIsLeftToDo() {
        forbid(SourceFile::isJava, "\\b(T[O]DO|F[I]XME|X[X]X)\\b", "an open end: finish it or drop it");
    }

    @Test
    void importsNameWhatTheyImport() {
        forbid(SourceFile::isJava, "^import .*\\*;", "an import of everything: name the classes");
    }

    @Test
    void codeHasNoAuthor() {
        forbid(SourceFile::isJava, "^\\W*@author", "version control knows who wrote it: drop the tag");
    }

    @Test
    void onlyCommandLinesPrint() {
        forbid(
                file -> file.isJava() && !file.name().matches(MAY_PRINT),
                "\\bSystem\\.(out|err)\\b",
                "it prints to the console: use a logger");
    }

    @Test
    void whatIsIteratedHasAnOrder() {
        forbid(
                SourceFile::isMainJava,
                "(?<!\\w)(Set|Map)\\.(of|copyOf|ofEntries)\\(",
                "its order differs from run to run: use ImmutableSet or ImmutableMap");
    }

    @Test
    void noFileKnowsTheMachineItWasWrittenOn() {
        forbid(file -> true, "(?<![\\w.$}])/(root|home|work|Users)/", "a path of one machine: make it relative");
    }

    @Test
    void linksInDocumentsLeadSomewhere() {
        Pattern link = Pattern.compile("\\]\\(([^)\\s]+)|\\b(?:src|href)=\"([^\"]+)\"");
        for (SourceFile file : files(SourceFile::isMarkdown)) {
            forEachMatch(file, link, (line, match) -> {
                String target = match.group(1) != null ? match.group(1) : match.group(2);
                if (!target.matches(ELSEWHERE)
                        && !Files.exists(file.path().resolveSibling(target.replaceFirst("#.*", "")))) {
                    report(file, line, "a link to nowhere: correct or drop " + target);
                }
            });
        }
    }

    private static ImmutableList<SourceFile> files(Predicate<SourceFile> filter) {
        return FILES.stream().filter(filter).collect(ImmutableList.toImmutableList());
    }

    private void forbid(Predicate<SourceFile> where, String what, String advice) {
        Pattern pattern = Pattern.compile(what);
        for (SourceFile file : files(where)) {
            forEachMatch(file, pattern, (line, match) -> report(file, line, advice));
        }
    }

    private static void forEachMatch(SourceFile file, Pattern pattern, MatchConsumer consumer) {
        for (int i = 0; i < file.lines().size(); i++) {
            int line = i + 1;
            pattern.matcher(file.lines().get(i)).results().forEach(match -> consumer.accept(line, match));
        }
    }

    private void report(SourceFile file, long line, String advice) {
        findings.add(file.name() + ":" + line + ": " + advice);
    }

    private interface MatchConsumer {
        void accept(int line, MatchResult match);
    }

    /** Reports the methods of one file that are too long. */
    private final class LongMethods extends TreePathScanner<@Nullable Void, LineMap> {
        private final SourceFile file;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        LongMethods(SourceFile file, CompilationUnitTree unit, SourcePositions positions) {
            this.file = file;
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, LineMap lines) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            if (last - first >= MAX_METHOD_LINES) {
                report(file, first, method.getName() + " has " + (last - first + 1) + " lines: take a step out of it");
            }
            return super.visitMethod(method, lines);
        }
    }
}
