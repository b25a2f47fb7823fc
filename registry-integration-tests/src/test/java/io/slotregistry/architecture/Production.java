package io.slotregistry.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

/** The hand-written classes of all modules. */
final class Production {
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages("io.slotregistry")
            .that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.slotregistry.proto")));

    private Production() {}
}
