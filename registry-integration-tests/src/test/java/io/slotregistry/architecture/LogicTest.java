package io.slotregistry.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.VOLATILE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logic gets time, chance, threads and the network from outside, so that a simulation can pass its own. */
class LogicTest {
    private static final String[] EDGES = {
        "io.slotregistry.rpc.bolt..",
        "io.slotregistry.http..",
        "io.slotregistry.node..",
        "io.slotregistry.session.port..",
        "io.slotregistry.session.app..",
        "io.slotregistry.data.app..",
        "io.slotregistry.meta.app..",
        "io.slotregistry.meta.raft..",
        "io.slotregistry.standalone..",
        "io.slotregistry.cli..",
        "io.slotregistry.benchmarks.."
    };
    /** The real thread, the real clock, and what several threads share. */
    private static final String REAL =
            "io\\.slotregistry\\.runtime\\.(ThreadEventLoop|NodeClock|Published|Gather|Tally|Byte\\w+)(\\$.*)?";

    private static final String HARMLESS =
            "java\\.util\\.concurrent\\.(Executor|CompletableFuture|CompletionStage|CompletionException|TimeUnit)";

    private static final String ONE_LOOP = "state belongs to one event loop: send it a task, or read what it published";

    private static final JavaClasses LOGIC = Production.CLASSES.that(describe(
            "are logic",
            type -> !JavaClass.Predicates.resideInAnyPackage(EDGES).test(type)
                    && !type.getName().matches(REAL)));

    @Test
    void logicKnowsNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "io.netty..", "com.alipay..", "com.caucho..")
                .because("frameworks belong to the edges, which the simulation replaces")
                .check(LOGIC);
    }

    @Test
    void logicHasNoThreadsAndNoLocks() {
        noClasses()
                .should()
                .dependOnClassesThat(describe("make or coordinate threads", LogicTest::isForThreads))
                .because(ONE_LOOP)
                .check(LOGIC);
    }

    @Test
    void logicHasNoVolatileFields() {
        noFields().should().haveModifier(VOLATILE).because(ONE_LOOP).check(LOGIC);
    }

    @Test
    void logicHasNoSynchronizedMethods() {
        noMethods().should().haveModifier(SYNCHRONIZED).because(ONE_LOOP).check(LOGIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.System.(currentTimeMillis|nanoTime|getProperty|getProperties|getenv)[(].*",
                "java.time.*[.]now[(].*",
                "java.lang.Math.random[(].*",
                "java.util.UUID.randomUUID[(].*",
                "java.util.(Splittable)?Random.<init>[(][)]",
                "java.util.random.RandomGenerator.(of|getDefault)[(].*",
                "java.security.SecureRandom.*",
                "java.util.Collections.shuffle[(]java.util.List[)]"
            })
    void logicReadsNoClockNoChanceAndNoEnvironment(String banned) {
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        banned, access -> access.getTarget().getFullName().matches(banned)))
                .because("a core gets its clock, chance and settings from its NodeContext")
                .check(LOGIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*[.]parallelStream[(].*",
                "java.util.stream.*Stream.parallel[(].*",
                "java.util.concurrent.Complet.*Async[(](?!.*java.util.concurrent.Executor).*",
                "java.util.concurrent.CompletableFuture.(orTimeout|completeOnTimeout|delayedExecutor)[(].*"
            })
    void logicRunsOnNoHiddenThread(String banned) {
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        banned, access -> access.getTarget().getFullName().matches(banned)))
                .because("it would leave its event loop: schedule a task there")
                .check(LOGIC);
    }

    private static boolean isForThreads(JavaClass type) {
        String name = type.getName();
        return name.matches("java\\.lang\\.(Thread|InheritableThread)\\w*(\\$.*)?")
                || name.startsWith("java.util.Timer")
                || (name.startsWith("java.util.concurrent.") && !name.matches(HARMLESS));
    }
}
