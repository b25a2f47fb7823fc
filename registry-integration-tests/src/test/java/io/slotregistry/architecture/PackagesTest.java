package io.slotregistry.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackagesTest {
    @Test
    void packagesFormNoCycle() {
        slices().matching("io.slotregistry.(**)").should().beFreeOfCycles().check(Production.CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "data", "meta"})
    void onlyTheStandaloneServerKnowsMoreThanOneRole(String role) {
        String own = "io.slotregistry." + role + "..";
        noClasses()
                .that()
                .resideOutsideOfPackages(own, "io.slotregistry.standalone..", "io.slotregistry.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(own)
                .because("roles talk through messages; what two of them need belongs to registry-common")
                .check(Production.CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<String> unmarked = Production.CLASSES.stream()
                .map(JavaClass::getPackage)
                .filter(inPackage -> inPackage
                        .tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isEmpty())
                .map(inPackage -> inPackage.getName())
                .collect(Collectors.toSet());
        assertThat(unmarked)
                .as("packages without a package-info.java that says what they are for and is @NullMarked")
                .isEmpty();
    }
}
